/** Hands questions to the queue, with a record of where their answers go. */
import { createRecent } from '../../../core/recent.ts';
import { en } from '../../../core/sentences/en.ts';
import type { Settings, TenantSettings } from '../../../core/settings.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { Message } from '../../../core/types.ts';
import type { AnswerRecord, Records } from '../answer-records.ts';
import type { OrElse } from '../or-else.ts';
import type { Saying } from '../saying.ts';
import type { Surface } from '../surface.ts';

/** Where an answer goes, beside its conversation. */
export interface Destination {
  replyTo?: string;
  isPrivate?: boolean;
  /** The asker used a command and sees that an answer is coming, so some text must follow. */
  isAwaited?: boolean;
  /** A message that is there already and in which the answer grows. */
  placeholder?: string;
  /** As in `AnswerRecord`. Nobody is told there that too many messages wait. */
  fromPage?: number;
  /** The tenant's settings, if they were read on the way in. */
  settings?: TenantSettings;
}

/** Returns `full` where too many messages wait. The asker is told so, though not again and again. */
export type BeginTurn = (message: Message, to: Destination) => ReturnType<TurnQueue['accept']>;

export interface BeginTurnOptions {
  /** The surface of a turn's answer. Never throws. */
  surfaceOf(turn: string, record: AnswerRecord): Surface | undefined | Promise<Surface | undefined>;
  records: Pick<Records, 'read' | 'write' | 'remove'>;
  settings: Pick<Settings, 'read'>;
  queue: Pick<TurnQueue, 'accept'>;
  sayNotice: Saying['sayNotice'];
  orElse: OrElse;
}

/** How long a person is not told again that too many messages wait (ms), and how many people are remembered. */
const BUSY_AGAIN_MS = 60_000;
const MOST_TOLD = 10_000;

export function createBeginTurn(options: BeginTurnOptions): BeginTurn {
  const { surfaceOf, records, settings, queue, sayNotice, orElse } = options;
  /** Lanes and people who were told that too many messages wait. */
  const toldBusy = createRecent<string, true>(MOST_TOLD, { ttl: BUSY_AGAIN_MS });

  async function tellBusy({ id, lane, author }: Message, record: AnswerRecord, isAwaited: boolean) {
    const told = `${lane} ${author.id}`;
    if (!isAwaited && toldBusy.has(told)) return;
    toldBusy.set(told, true);
    const surface = await surfaceOf(id, { ...record, ids: [], isPlaceheld: false });
    if (surface) await sayNotice(surface, en.notices.tooManyWaiting);
  }

  return async (message, to) => {
    const { id, tenant } = message;
    const record = recordOf(message, to);
    const known = await records.read(id);
    if (!known || (to.placeholder !== undefined && known.ids.length === 0)) await records.write(id, record);
    const own = to.settings ?? (await orElse(settings.read(tenant), undefined, 'settings not read'));
    const result = await queue.accept(message, own?.whenBusy);
    if (result === 'full') {
      await records.remove(id);
      if (to.fromPage === undefined) await tellBusy(message, record, to.isAwaited ?? false);
    }
    return result;
  };
}

function recordOf({ conversation, author }: Message, to: Destination): AnswerRecord {
  const { replyTo, isPrivate, placeholder, fromPage } = to;
  return {
    conversation,
    asker: author.id,
    ids: placeholder === undefined ? [] : [placeholder],
    round: 1,
    ...(placeholder !== undefined && { isPlaceheld: true }),
    ...(replyTo && { replyTo }),
    ...(isPrivate && { isPrivate }),
    ...(fromPage !== undefined && { fromPage }),
  };
}
