/**
 * A transcript as rows: one a turn, one that finds a turn by its message, and a small head. Adding a turn writes those
 * three, whatever the length of the transcript. To be called under the transcript's name (`transcriptName`).
 */
import { contextBytes } from '../core/context-size.ts';
import type { StoredTurn } from '../core/ports.ts';
import type { ConversationId, Turn } from '../core/types.ts';
import type { ExclusiveRows, Rows } from './store.ts';

export interface Head {
  v: 1;
  /** The seq that the next turn gets; the first got 0. */
  next: number;
  /** The context bytes of all turns. */
  bytes: number;
}

/**
 * What is left of a turn that was taken out: its place, so that its message is still `seen`, and its weight in the
 * bytes of the head and the offsets of later turns, which all stay as they are.
 */
export interface Removed {
  removed: true;
  seq: number;
  message: { id: string };
}

export type Row = StoredTurn | Removed;

export const headKey = (conversation: ConversationId) => `head|${conversation}`;
export const turnKey = (conversation: ConversationId, seq: number) => `turn|${conversation}|${seq}`;
export const messageKey = (conversation: ConversationId, messageId: string) =>
  `message|${conversation}|${messageId}`;

/** Whoever changes rows of a conversation, its turns that wait included, does so under this name. */
export const transcriptName = headKey;

export async function findTurn(
  rows: Rows,
  conversation: ConversationId,
  messageId: string,
): Promise<StoredTurn | undefined> {
  const key = messageKey(conversation, messageId);
  let seq = await rows.read<number>(key);
  while (seq !== undefined) {
    const turn = await turnAt(rows, conversation, { id: messageId, seq });
    if (turn) return turn;
    // Where nobody is kept from changing it meanwhile, it may have got another place.
    const now = await rows.read<number>(key);
    if (now === seq) return undefined;
    seq = now;
  }
  return undefined;
}

/** The turn of a message by its place; undefined where it is not there any more. */
export async function turnAt(
  rows: Rows,
  conversation: ConversationId,
  { id, seq }: { id: string; seq: number },
): Promise<StoredTurn | undefined> {
  const row = await rows.read<Row>(turnKey(conversation, seq));
  // Places begin anew once all is forgotten.
  return isThere(row) && row.message.id === id ? row : undefined;
}

/** What is read to add a turn with a message of that id. */
export const appendKeys = (conversation: ConversationId, messageId: string) => [
  headKey(conversation),
  messageKey(conversation, messageId),
];

/** Adds a turn at the end; undefined when its message is known. */
export async function appendTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  turn: Turn,
): Promise<StoredTurn | undefined> {
  const idKey = messageKey(conversation, turn.message.id);
  const [head, known] = await Promise.all([rows.read<Head>(headKey(conversation)), rows.read<number>(idKey)]);
  if (known !== undefined) return undefined;
  const { next, bytes } = head ?? { next: 0, bytes: 0 };
  const stored: StoredTurn = { ...turn, seq: next, offset: bytes };
  const newHead: Head = { v: 1, next: next + 1, bytes: bytes + contextBytes(turn) };
  await rows.write([
    { key: turnKey(conversation, next), value: stored },
    { key: idKey, value: next },
    { key: headKey(conversation), value: newHead },
  ]);
  return stored;
}

/** Replaces the turn of the same message. */
export async function keepTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  old: StoredTurn,
  turn: Turn,
): Promise<void> {
  const head = await rows.read<Head>(headKey(conversation));
  if (!head) return;
  const newHead: Head = { ...head, bytes: head.bytes - contextBytes(old) + contextBytes(turn) };
  await rows.write([
    { key: turnKey(conversation, old.seq), value: { ...turn, seq: old.seq, offset: old.offset } },
    { key: headKey(conversation), value: newHead },
  ]);
}

/** Gives two turns each other's place. */
export async function swapPlaces(
  rows: ExclusiveRows,
  conversation: ConversationId,
  earlier: StoredTurn,
  later: StoredTurn,
): Promise<void> {
  const offset = later.offset - contextBytes(earlier) + contextBytes(later);
  const swapped: StoredTurn[] = [
    { ...later, seq: earlier.seq, offset: earlier.offset },
    { ...earlier, seq: later.seq, offset },
  ];
  await rows.write(
    swapped.flatMap((turn) => [
      { key: turnKey(conversation, turn.seq), value: turn },
      { key: messageKey(conversation, turn.message.id), value: turn.seq },
    ]),
  );
}

/** Takes a turn out. Its message is still `seen`. */
export async function removeTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  messageId: string,
): Promise<void> {
  const turn = await findTurn(rows, conversation, messageId);
  if (!turn) return;
  const left: Removed = { removed: true, seq: turn.seq, message: { id: messageId } };
  await rows.write([{ key: turnKey(conversation, turn.seq), value: left }]);
}

export function isThere(row: Row | undefined): row is StoredTurn {
  return row !== undefined && !('removed' in row);
}
