/** Answer records: the messages that show an answer. They are kept so that buttons and deletions work after a restart. */
import type { AdapterState } from '../../core/platform.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

export interface AnswerRecord {
  conversation: ConversationId;
  /** The id of who asked. */
  asker: string;
  /** The message that the answer replies to, in the same channel. Absent where the platform has no such replies. */
  replyTo?: string;
  /** Its messages, first to last. */
  ids: string[];
  /** How often it has been asked for, from 1. A message of an earlier round must not be taken for one of this. */
  round: number;
  /**
   * A placeholder is posted before the turn begins and is its first message. The record is written before the post,
   * so without ids the outcome of the post is unknown.
   */
  isPlaceheld?: boolean;
  /** Seen by the asker only. */
  isPrivate?: boolean;
  /**
   * When the question was written at the page, in direct messages of this platform (ms since 1970). No message has it
   * there, so the answer's messages begin with a quote of it. Absent: the question is a message.
   */
  fromPage?: number;
  /** The platform's ids of made files that have messages of their own, by the files' ids. Kept before they are posted. */
  files?: Record<string, string>;
}

/** A turn was taken out of the history. `withMessages`: the messages of its answer are deleted too. */
export interface Withdrawal {
  withMessages: boolean;
}

/** By the turn's id. */
export interface Records {
  read(turn: string): Promise<AnswerRecord | undefined>;
  write(turn: string, record: AnswerRecord): Promise<void>;
  remove(...turns: string[]): Promise<void>;
  /** Tells the process that shows the turn that the turn was taken back. Call it before the turn is stopped. */
  takeBack(turn: string, how: Withdrawal): Promise<void>;
  takenBack(turn: string): Promise<Withdrawal | undefined>;
  /** Removes the records of a tenant. */
  forget(tenant: TenantId): Promise<void>;
  /** Removes the records of one person's answers, in the conversations that `isMeant` picks. */
  forgetAsker(asker: string, isMeant: (conversation: ConversationId) => boolean): Promise<void>;
}

/** Records' lifetime. A press under an older answer is told that it was too long ago. */
const KEPT_MS = 90 * 24 * 3_600_000;
/** Lifetime of the note that a turn was taken back. The turn ends at once, or when the next process takes it up. */
const TAKEN_BACK_MS = 24 * 3_600_000;

export function createRecords(adapterState: AdapterState): Records {
  const key = (turn: string) => `answer|${turn}`;
  const takenBackKey = (turn: string) => `taken back|${turn}`;
  const read = async (turn: string) => {
    const stored = await adapterState.read<PackedRecord | OldRecord>(key(turn));
    return stored && (Array.isArray(stored) ? unpack(turn, stored) : renamed(stored));
  };
  async function forgetWhere(isMeant: (record: AnswerRecord) => boolean): Promise<void> {
    for (const one of await adapterState.keys(key(''))) {
      const record = await read(one.slice(key('').length));
      if (record && isMeant(record)) await adapterState.remove(one);
    }
  }

  return {
    read,
    write: (turn, record) => adapterState.write(key(turn), pack(turn, record), KEPT_MS),
    remove: (...turns) => adapterState.remove(...turns.map(key)),
    takeBack: (turn, how) => adapterState.write(takenBackKey(turn), how, TAKEN_BACK_MS),
    takenBack: (turn) => adapterState.read<Withdrawal>(takenBackKey(turn)),
    forget: (tenant) => forgetWhere(({ conversation }) => conversation.startsWith(`${tenant}:`)),
    forgetAsker: (asker, isMeant) =>
      forgetWhere((record) => record.asker === asker && isMeant(record.conversation)),
  };
}

/** A record as Parley 0.1.0 wrote it. */
type OldRecord = Omit<AnswerRecord, 'round'> & { run: number };

const renamed = ({ run, ...record }: OldRecord): AnswerRecord => ({ ...record, round: run });

/**
 * A record without the names of its fields, which would be most of its bytes.
 * `replyTo`: 1 where it is the turn itself. `flags`: `h` for a placeholder, `p` for private.
 */
type PackedRecord = [
  conversation: ConversationId,
  asker: string,
  ids: string[],
  round: number,
  replyTo?: string | 1 | 0,
  flags?: string,
  files?: Record<string, string> | 0,
  fromPage?: number,
];

function pack(turn: string, record: AnswerRecord): PackedRecord {
  const { conversation, asker, ids, round, replyTo, isPlaceheld, isPrivate, files, fromPage } = record;
  const flags = `${isPlaceheld ? 'h' : ''}${isPrivate ? 'p' : ''}`;
  const packed: PackedRecord = [conversation, asker, ids, round];
  const isFurther = files !== undefined || fromPage !== undefined;
  if (replyTo !== undefined || flags || isFurther) packed.push(replyTo === turn ? 1 : (replyTo ?? 0));
  if (flags || isFurther) packed.push(flags);
  if (isFurther) packed.push(files ?? 0);
  if (fromPage !== undefined) packed.push(fromPage);
  return packed;
}

function unpack(
  turn: string,
  [conversation, asker, ids, round, replyTo, flags = '', files, fromPage]: PackedRecord,
): AnswerRecord {
  return {
    conversation,
    asker,
    ...(replyTo && { replyTo: replyTo === 1 ? turn : replyTo }),
    ids,
    round,
    ...(flags.includes('h') && { isPlaceheld: true }),
    ...(flags.includes('p') && { isPrivate: true }),
    ...(files && { files }),
    ...(fromPage !== undefined && { fromPage }),
  };
}
