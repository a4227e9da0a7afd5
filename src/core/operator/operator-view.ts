/** The port of the operators' view of all processes: figures and states, and nothing that was said. */
import type { FailureKind } from '../models/model.ts';
import type { Nano } from '../money/booking.ts';
import type { LimitState } from '../money/limits.ts';
import type { PeriodKind } from '../money/periods.ts';
import type { AuditEntry } from '../reports/audit.ts';
import type { LoggedError } from '../reports/newest-error.ts';
import type { Trouble } from '../reports/troubles.ts';
import type { LiveTurn } from '../turn/queue.ts';
import type { ConversationId, TenantId } from '../types.ts';
import type { MonthOfAll } from './month-of-all.ts';

/** All throw StoreError. */
export interface OperatorView {
  /** The month by the operator's time zone, such as `2026-11`. */
  thisMonth(): string;
  /** Today by the operator's time zone, such as `2026-11-30`. */
  today(): string;
  /** The books of a month, up to ten seconds old. */
  month(month: string): Promise<MonthOfAll>;
  /** The turns of all processes that have not ended. */
  turnsUnderWay(): Promise<TurnsUnderWay>;
  /** The limits of a server or workspace, each with what is spent of it. */
  limitsOfTenant(tenant: TenantId): Promise<LimitState[]>;
  /** The operator's limits of a person, in the same form. */
  limitsOfPerson(person: string): Promise<LimitState[]>;
  /** The operator's limits, by their variables. */
  limits(): Promise<OperatorLimit[]>;
  /** The failures of all processes within the last 24 hours. */
  failures(): Promise<FailuresOfDay>;
  /** The newest lines of the audit log, those of all processes. @param from the number of the first line */
  audits(from: number, most: number): Promise<KeptAudits>;
  health(): Promise<Health>;
  /** The platform's name, and whether the tenant is one person's own. */
  describe(tenant: TenantId): { platform: string; isPersonal: boolean };
}

export interface TurnsUnderWay {
  turns: TurnUnderWay[];
  /** There are more than these. */
  isMore: boolean;
}

/** A turn that waits, is being answered or is being shown. */
export interface TurnUnderWay {
  conversation: ConversationId;
  tenant: TenantId;
  /** The person as the books name them. */
  person: string;
  phase: LiveTurn['phase'];
  /** When its message was sent (ms since 1970). */
  at: number;
  /** The call of a provider that is open for it. */
  call?: { model: string; since: number };
  /** Tokens of the answer so far, by its length. */
  written: number;
}

/** A variable that limits something. */
export interface OperatorLimit {
  variable: string;
  /** Absent: no limit. */
  most?: number;
  unit: 'dollars' | 'messages' | 'answers';
  /** Nano-dollars that are spent of it in this period. Absent: it limits something else, or each person by themselves. */
  spent?: Nano;
  period?: PeriodKind;
  renewsAt?: number;
}

export interface FailuresOfDay {
  /** The beginning of the first hour that counts (ms since 1970). */
  since: number;
  /** Answers that ended. */
  turns: number;
  /** The most frequent first. */
  failures: { kind: FailureKind; count: number }[];
}

export interface KeptAudits {
  /** The newest first. */
  entries: AuditEntry[];
  /** Number of all lines that are kept. */
  count: number;
}

/** The state of the process that is asked. */
export interface Health {
  version: string;
  /** When the process started (ms since 1970). */
  startedAt: number;
  /** Why it is not ready. Absent: it is. */
  reason?: string;
  store: 'SQLite' | 'PostgreSQL';
  /** Processes that work on the store. */
  processes: number;
  /** Resident memory, bytes. */
  memory: number;
  /** Calls of all processes that are not charged yet. */
  openCalls: number;
  /** Platforms that are on. `reason`: why one is not connected. */
  platforms: { label: string; reason?: string }[];
  troubles: Trouble[];
  /** The newest error in the log since the start. Absent: there was none. */
  error?: LoggedError;
}
