/** The options that every adapter of a chat platform is given. */
import type { Logger } from 'pino';
import type { Admission } from '../core/access/admission.ts';
import type { MessageRate } from '../core/access/message-rate.ts';
import type { Refusals } from '../core/access/refusals.ts';
import type { SpendingDoor } from '../core/access/spending-door.ts';
import type { CommandCall, Commands } from '../core/commands/command.ts';
import type { Forgetting } from '../core/forgetting/forget.ts';
import type { ForgottenMarks } from '../core/forgetting/marks.ts';
import type { AdapterState } from '../core/platform.ts';
import type { Audit } from '../core/reports/audit.ts';
import type { Troubles } from '../core/reports/troubles.ts';
import type { Settings } from '../core/settings.ts';
import type { ShortVersions } from '../core/short/short-versions.ts';
import type { Attachments, Transcripts } from '../core/storage.ts';
import type { TurnQueue } from '../core/turn/queue.ts';

export interface ChatAdapterOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  settings: Settings;
  /** This adapter's own state. */
  adapterState: AdapterState;
  forgetting: Forgetting;
  /** Asked before anything costs. */
  admission: Admission;
  refusals: Refusals;
  spendingDoor: SpendingDoor;
  audit: Audit;
  rate: MessageRate;
  marks: ForgottenMarks;
  commands: Commands;
  shortVersions: ShortVersions;
  /** The answer to a mention without a question. */
  help(call: CommandCall): string;
  queue: TurnQueue;
  /** The age up to which messages are answered that were said while Parley was not connected, ms. */
  missedMs: number;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  troubles: Troubles;
  log: Logger;
}
