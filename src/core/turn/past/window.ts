/**
 * The window on a conversation: the newest turns, as many as the budget allows. When it is full, the oldest turns leave it
 * in one large step. Until then, every prompt begins with the one before it, as a provider's prompt cache needs.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Afresh, StoredTurn, TranscriptPage, Transcripts } from '../../storage.ts';
import type { ConversationId, Message } from '../../types.ts';
import { contextBytes } from '../context-size.ts';
import { isShown } from './shown-turns.ts';

/** In bytes of context (contextBytes). */
export interface WindowShape {
  /** The most that the window holds. */
  most: number;
  /** How far its beginning moves when it is full. */
  step: number;
}

export interface Window extends WindowShape {
  /** All turns from its beginning on, oldest first, also those after the message that is answered. */
  turns: StoredTurn[];
  /** The last answered turn before it, if the window begins without one and has room for it. */
  held?: StoredTurn;
  /** Where the conversation begins: at its first turn, or where a person began it afresh. */
  origin: Afresh;
  /** Bytes from the origin to the window's beginning, and to the end of the transcript. */
  start: number;
  size: number;
  /** The seq of the first turn that was asked with this window. */
  since: number;
}

/** The part of a full window that stays when its beginning moves. */
const STAYS = 0.5;
/** With a note of what is let go, less stays: then each step is larger, and fewer prompts cost their full price. */
const STAYS_WITH_NOTE = 0.25;

/** @param noteBytes the most bytes of the note in front of the window; 0: there is none */
export function shapeOf(budgetBytes: number, noteBytes: number): WindowShape {
  const most = Math.floor(budgetBytes - noteBytes);
  return { most, step: Math.ceil(most * (1 - (noteBytes > 0 ? STAYS_WITH_NOTE : STAYS))) };
}

/**
 * Turns on the first page and on the longest. Each page is twice as long as the last, so that few turns are read in
 * vain.
 */
const FIRST_PAGE = 16;
const LONGEST_PAGE = 128;

/** The window in which a message is answered, by itself where the message is older than the newest window. */
export async function readWindow(
  message: Message,
  transcripts: Transcripts,
  shape: WindowShape,
): Promise<Window> {
  const { conversation, id } = message;
  const page = await transcripts.read(conversation, { limit: FIRST_PAGE });
  const own = page.turns.find((turn) => turn.message.id === id) ?? (await transcripts.find(conversation, id));
  const origin = originOf(page, own);
  let size = page.bytes - origin.bytes;
  let start = windowStart(size, shape);
  const isOlder = own !== undefined && own.offset < byteOf(start, origin);
  if (isOlder) {
    size = own.offset + askedBytes(own) - origin.bytes;
    start = windowStart(size, shape);
  }
  const { turns, before } = await readBack(
    transcripts,
    conversation,
    { from: origin.seq, byte: byteOf(start, origin) },
    isOlder ? await transcripts.read(conversation, { limit: FIRST_PAGE, before: own.seq + 1 }) : page,
  );
  const window = { ...shape, turns, origin, start, size, since: sinceOf(turns, origin, start, shape) };
  const held = heldOver(window, before);
  return { ...window, ...(held && { held }) };
}

/**
 * A turn that is longer than the part that stays would leave the window as soon as it is answered, though the next question
 * is often about it. It stays until the window is full.
 */
function heldOver(
  { turns, origin, size, most, since }: Window,
  before: StoredTurn[],
): StoredTurn | undefined {
  if (turns.some((turn) => turn.seq < since && isShown(turn))) return undefined;
  const last = before.findLast((turn) => turn.seq >= origin.seq && isShown(turn));
  return last && origin.bytes + size - last.offset <= most ? last : undefined;
}

/** A beginning that came after the message does not count. */
function originOf({ afresh }: TranscriptPage, own: StoredTurn | undefined): Afresh {
  return afresh && !(own && own.seq < afresh.seq) ? afresh : { seq: 0, bytes: 0 };
}

/** The first turn may stand before its byte, since an earlier turn became shorter after it was counted. */
export const byteOf = (start: number, origin: Afresh) => (start === 0 ? 0 : origin.bytes + start);

/**
 * The byte of the conversation at which the window begins. It moves by a step at a time, and its prefix stays the same
 * until the next move.
 */
export function windowStart(bytes: number, { most, step }: WindowShape): number {
  return Math.max(0, Math.ceil((bytes - most) / step)) * step;
}

/** The turn after whose message the transcript was too long for the window before. */
function sinceOf(turns: StoredTurn[], origin: Afresh, start: number, { most, step }: WindowShape): number {
  if (start === 0) return origin.seq;
  const jumpedAt = origin.bytes + start - step + most;
  return turns.find((turn) => turn.offset + askedBytes(turn) > jumpedAt)?.seq ?? Number.POSITIVE_INFINITY;
}

/** The bytes of a turn without its answer. */
const askedBytes = ({ message }: StoredTurn) => contextBytes({ message, answer: '', end: null });

/**
 * The turns from a seq and a byte on, oldest first; `before`: some turns before them.
 * @param page the newest of them
 */
export async function readBack(
  transcripts: Pick<Transcripts, 'read'>,
  conversation: ConversationId,
  { from, byte }: { from: number; byte: number },
  page: TranscriptPage,
): Promise<Record<'turns' | 'before', StoredTurn[]>> {
  const turns: StoredTurn[] = [];
  for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 2, LONGEST_PAGE)) {
    const within = page.turns.filter(({ seq, offset }) => seq >= from && offset >= byte);
    turns.unshift(...within);
    const [first] = page.turns;
    if (!page.more || !first || within.length < page.turns.length)
      return { turns, before: page.turns.slice(0, page.turns.length - within.length) };
    // Some stores answer without a turn of the event loop, so other tasks get their turn here.
    await turnOfTheLoop();
    page = await transcripts.read(conversation, {
      limit: Math.min(limit * 2, LONGEST_PAGE),
      before: first.seq,
    });
  }
}
