/** Answers on a platform of messages, from the question to the last edit: begun, shown, begun again, taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRecent } from '../../core/recent.ts';
import { en } from '../../core/sentences/en.ts';
import { CONTINUE_PROMPT } from '../../core/sentences/prompts.ts';
import type { TenantSettings } from '../../core/settings.ts';
import type { StoredTurn } from '../../core/storage.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import type { Dialect } from '../markdown/dialect.ts';
import { createDocument } from '../markdown/document.ts';
import type { AnswerRecord } from './answer-records.ts';
import { createOrElse } from './or-else.ts';
import { createSaying } from './saying.ts';
import type { Surface } from './surface.ts';
import { createTurnShowings, type TurnShowings, type TurnShowingsOptions } from './turns/turn-showings.ts';

export interface AnsweringOptions extends Omit<TurnShowingsOptions, 'blank' | 'orElse'> {
  /** How the platform renders Markdown. */
  dialect: Dialect;
  /** Whether a message that grows is only ever appended to, as a stream is. */
  isAppendOnly?: boolean;
}

/** Where an answer goes, beside its conversation. */
export interface Destination {
  replyTo?: string;
  isPrivate?: boolean;
  /** The asker used a command and sees that an answer is coming, so some text must follow. */
  isAwaited?: boolean;
  /** A message that is there already and in which the answer grows. */
  placeholder?: string;
  /** The tenant's settings, if they were read on the way in. */
  settings?: TenantSettings;
}

export interface Answering extends TurnShowings {
  /** Hands a message to the queue, to be answered there. Where too many wait, it says so instead (`full`). */
  begin(message: Message, to: Destination): Promise<'new' | 'seen' | 'full'>;
  /** Begins a turn, asked for by a press, whose answer goes on where that of another was cut. */
  goOn(cut: StoredTurn, press: Pick<Message, 'id' | 'at'>, to: Destination): Promise<void>;
  /** Answers it again in the same messages; false when that is under way, or the turn is gone. */
  again(turn: string, record: AnswerRecord): Promise<boolean>;
  /** The message of a turn that is being answered now, or waits for it. */
  live(turn: string): Promise<Message | undefined>;
  /** Answers a message that was edited as it now reads, in the same messages. */
  restart(message: Message): Promise<void>;
  /** Says something by itself, as one message without buttons. Never throws. */
  say(surface: Surface, text: string): Promise<void>;
}

/** How long a person is not told again that too many messages wait (ms), and how many people are remembered. */
const BUSY_AGAIN_MS = 60_000;
const MOST_TOLD = 10_000;

/** Time between attempts to begin an answer again that is just being put away, ms. */
const PUT_AWAY_WAITS_MS = [0, 50, 100, 200, 400];

export function createAnswering(options: AnsweringOptions): Answering {
  const {
    surfaceOf,
    limit,
    dialect,
    isAppendOnly = false,
    notice,
    records,
    settings,
    transcripts,
    queue,
    log,
  } = options;
  /** Lanes and people who were told that too many messages wait. */
  const toldBusy = createRecent<string, true>(MOST_TOLD, { ttl: BUSY_AGAIN_MS });
  const orElse = createOrElse(log);
  const blank = () => createDocument({ limit, dialect, isAppendOnly });
  const { say, sayNotice } = createSaying({
    blank,
    notice,
    isNoticeApart: options.isNoticeApart ?? false,
    log,
  });
  const showings = createTurnShowings({ ...options, blank, orElse });

  const phaseOf = async (conversation: ConversationId, turn: string) =>
    (await queue.live(conversation)).find(({ id }) => id === turn)?.phase;

  async function begin(
    message: Message,
    { replyTo, isPrivate = false, placeholder, isAwaited = false, ...to }: Destination,
  ): Promise<'new' | 'seen' | 'full'> {
    const { id, conversation, author, tenant } = message;
    const record: AnswerRecord = {
      conversation,
      asker: author.id,
      ids: placeholder === undefined ? [] : [placeholder],
      round: 1,
      ...(placeholder !== undefined && { isPlaceheld: true }),
      ...(replyTo && { replyTo }),
      ...(isPrivate && { isPrivate }),
    };
    const known = await records.read(id);
    if (!known || (placeholder !== undefined && known.ids.length === 0)) await records.write(id, record);
    const own = to.settings ?? (await orElse(settings.read(tenant), undefined, 'settings not read'));
    const result = await queue.accept(message, own?.whenBusy);
    if (result === 'full') {
      await records.remove(id);
      const told = `${message.lane} ${author.id}`;
      if (!isAwaited && toldBusy.has(told)) return result;
      toldBusy.set(told, true);
      const surface = await surfaceOf(id, { ...record, ids: [], isPlaceheld: false });
      if (surface) await sayNotice(surface, en.notices.tooManyWaiting);
    }
    return result;
  }

  return {
    ...showings,
    say,
    begin,

    async goOn({ message: { conversation, lane, tenant, author } }, { id, at }, to) {
      const text = CONTINUE_PROMPT;
      await begin({ id, conversation, lane, tenant, author, text, attachments: [], at }, to);
    },

    again: createAgain(options, phaseOf),

    async live(turn) {
      const record = await records.read(turn);
      if (!record || (await phaseOf(record.conversation, turn)) === undefined) return undefined;
      return (await transcripts.find(record.conversation, turn))?.message;
    },

    async restart(message) {
      await queue.restart(message);
    },
  };
}

/** Begins an answer again in the same messages. */
function createAgain(
  { records, queue }: Pick<AnsweringOptions, 'records' | 'queue'>,
  phaseOf: (conversation: ConversationId, turn: string) => Promise<string | undefined>,
): Answering['again'] {
  /** Turns that a press is just beginning again. */
  const beginning = new Set<string>();

  /** `soon`: its answer has ended, and is just being put away. False while it is under way, or where it is gone. */
  async function beginAgain(turn: string, record: AnswerRecord): Promise<boolean | 'soon'> {
    const phase = await phaseOf(record.conversation, turn);
    if (phase !== undefined) return phase === 'answered' && 'soon';
    // Read anew: what the caller has may be older than the last message.
    const now = await records.read(turn);
    if (!now) return false;
    // Only private messages that can still be reached are used again.
    const ids = record.isPrivate ? now.ids.filter((id) => record.ids.includes(id)) : now.ids;
    await records.write(turn, { ...now, ids, round: now.round + 1 });
    return queue.retry(record.conversation, turn);
  }

  return async (turn: string, record: AnswerRecord): Promise<boolean> => {
    if (beginning.has(turn)) return false;
    beginning.add(turn);
    try {
      // Its buttons are there a moment before it is put away.
      for (const wait of PUT_AWAY_WAITS_MS) {
        await sleep(wait);
        const isBegun = await beginAgain(turn, record);
        if (isBegun !== 'soon') return isBegun;
      }
      return false;
    } finally {
      beginning.delete(turn);
    }
  };
}
