/**
 * A transcript as rows: one a turn, one that finds a turn by its message, and a small head. Adding a turn writes those
 * three, whatever the length of the transcript. To be called under the transcript's name (`transcriptName`).
 *
 * Parley 0.1.0 had other keys, with all ids in full, and turns with theirs. Such rows are read on, and written anew when
 * their turn is.
 */

import type { Afresh, StoredTurn } from '../../core/storage.ts';
import { contextBytes } from '../../core/turn/context-size.ts';
import type { ConversationId, Material, Turn } from '../../core/types.ts';
import { draftKey, headKey, messageKey, oldMessageKey, oldTurnKey, turnKey } from '../keys.ts';
import type { Entry, ExclusiveRows, Rows, Store } from '../store.ts';
import { type PackedTurn, pack, unpack } from './turn-row.ts';

export interface Head {
  /** 1: Parley 0.1.0 has appended last; all of its turns may be old rows. */
  v: 1 | 2;
  /** The seq that the next turn gets; the first got 0. */
  next: number;
  /** The context bytes of all turns. */
  bytes: number;
  /** Turns before this seq are gone. Absent: none. */
  first?: number;
  /** Turns before this seq may be old rows. Absent: none. */
  old?: number;
  afresh?: Afresh;
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

/** What stands at a place of the transcript. */
export type Row = StoredTurn | Removed;
type StoredRow = PackedTurn | Removed;

/** Whoever changes rows of a conversation, its turns that wait included, does so under this name. */
export const transcriptName = headKey;

/** Platforms deliver a message again for a day; one that was forgotten meanwhile is not new for that. */
const SEEN_MS = 25 * 3_600_000;
/** Stands in place of the seq of a turn that is gone. */
const FORGOTTEN = -1;

/** Turns before this seq may be old rows. */
export const oldOf = ({ v, next, old = 0 }: Head): number => (v === 1 ? next : old);

/** Where a message's turn is; below 0 where it was. */
async function seqOf(
  rows: Rows,
  conversation: ConversationId,
  messageId: string,
): Promise<number | undefined> {
  const [seq, old] = await rows.readMany<number>([
    messageKey(conversation, messageId),
    oldMessageKey(conversation, messageId),
  ]);
  return seq ?? old;
}

export async function isKnown(rows: Rows, conversation: ConversationId, messageId: string): Promise<boolean> {
  return (await seqOf(rows, conversation, messageId)) !== undefined;
}

export async function findTurn(
  rows: Rows,
  conversation: ConversationId,
  messageId: string,
): Promise<StoredTurn | undefined> {
  let seq = await seqOf(rows, conversation, messageId);
  while (seq !== undefined) {
    const turn = await turnAt(rows, conversation, { id: messageId, seq });
    if (turn) return turn;
    // Where nobody is kept from changing it meanwhile, it may have got another place.
    const now = await seqOf(rows, conversation, messageId);
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
  const [row] = await readRows(rows, conversation, { start: seq, end: seq + 1 });
  // Places begin anew once all is forgotten.
  return isThere(row) && row.message.id === id ? row : undefined;
}

/** What stands at the places from `start` up to `end`. @param old turns before this seq may be old rows */
export async function readRows(
  rows: Rows,
  conversation: ConversationId,
  { start, end }: { start: number; end: number },
  old = end,
): Promise<(Row | undefined)[]> {
  const seqs = Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
  const stored = await rows.readMany<StoredRow>([
    ...seqs.map((seq) => turnKey(conversation, seq)),
    ...seqs.filter((seq) => seq < old).map((seq) => oldTurnKey(conversation, seq)),
  ]);
  return seqs.map((seq, i) => {
    const row = stored[i] ?? stored[seqs.length + i];
    if (row === undefined || 'removed' in row) return row;
    return unpack(conversation, seq, row);
  });
}

/** What is read to add a turn with a message of that id. */
export const appendKeys = (conversation: ConversationId, messageId: string) => [
  headKey(conversation),
  messageKey(conversation, messageId),
  oldMessageKey(conversation, messageId),
];

/** What is read to replace a turn. */
export const keepKeys = (conversation: ConversationId, seq: number) => [
  headKey(conversation),
  turnKey(conversation, seq),
  oldTurnKey(conversation, seq),
];

/** Adds a turn at the end; undefined when its message is known. */
export async function appendTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  turn: Turn,
): Promise<StoredTurn | undefined> {
  const { id } = turn.message;
  await rows.readMany(appendKeys(conversation, id));
  if (await isKnown(rows, conversation, id)) return undefined;
  const head = (await rows.read<Head>(headKey(conversation))) ?? { v: 2, next: 0, bytes: 0 };
  const stored: StoredTurn = { ...turn, seq: head.next, offset: head.bytes };
  const old = oldOf(head);
  const newHead: Head = {
    ...head,
    v: 2,
    next: head.next + 1,
    bytes: head.bytes + contextBytes(turn),
    ...(old > 0 && { old }),
  };
  await rows.write([...entriesOf(conversation, stored), { key: headKey(conversation), value: newHead }]);
  return stored;
}

/** Both rows of a turn. */
export function entriesOf(conversation: ConversationId, turn: StoredTurn): [turn: Entry, message: Entry] {
  return [
    { key: turnKey(conversation, turn.seq), value: pack(turn) },
    { key: messageKey(conversation, turn.message.id), value: turn.seq },
  ];
}

/** Writes turns at their places, and old rows of theirs anew. */
async function writeTurns(
  rows: ExclusiveRows,
  conversation: ConversationId,
  head: Head,
  turns: StoredTurn[],
  { areMoved = false } = {},
): Promise<void> {
  const areOld = turns.some(({ seq }) => seq < oldOf(head));
  await rows.write(
    turns.flatMap((turn) => {
      const [row, message] = entriesOf(conversation, turn);
      return areMoved || areOld ? [row, message] : [row];
    }),
  );
  if (areOld) await rows.remove(turns.flatMap((turn) => oldKeys(conversation, turn)));
}

const oldKeys = (conversation: ConversationId, { seq, message }: Row) => [
  oldTurnKey(conversation, seq),
  oldMessageKey(conversation, message.id),
];

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
  await writeTurns(rows, conversation, head, [{ ...turn, seq: old.seq, offset: old.offset }]);
  await rows.write([{ key: headKey(conversation), value: newHead }]);
}

/** The turn with other material of its message. */
export function withMaterial<T extends Turn>(turn: T, { attachments, quotes, before }: Material): T {
  const { quotes: _, before: __, ...said } = turn.message;
  const message = { ...said, attachments, ...(quotes && { quotes }), ...(before && { before }) };
  return { ...turn, message };
}

/** Gives two turns each other's place. */
export async function swapPlaces(
  rows: ExclusiveRows,
  conversation: ConversationId,
  earlier: StoredTurn,
  later: StoredTurn,
): Promise<void> {
  const head = await rows.read<Head>(headKey(conversation));
  if (!head) return;
  const offset = later.offset - contextBytes(earlier) + contextBytes(later);
  const swapped: StoredTurn[] = [
    { ...later, seq: earlier.seq, offset: earlier.offset },
    { ...earlier, seq: later.seq, offset },
  ];
  await writeTurns(rows, conversation, head, swapped, { areMoved: true });
}

/** Takes a turn out. Its message is still `seen`. */
export async function removeTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  messageId: string,
): Promise<void> {
  const turn = await findTurn(rows, conversation, messageId);
  if (!turn) return;
  const { seq } = turn;
  const left: Removed = { removed: true, seq, message: { id: messageId } };
  const head = await rows.read<Head>(headKey(conversation));
  // An old row stays one: were it removed after the new one is written, a crash between would leave its text.
  const isOld = head && seq < oldOf(head) && (await rows.read(turnKey(conversation, seq))) === undefined;
  const key = (isOld ? oldTurnKey : turnKey)(conversation, seq);
  await rows.write([{ key, value: left }]);
  const draft = draftKey(conversation, messageId);
  // Written over, not removed: what is removed goes last, and the draft is not looked for once the turn is gone.
  if ((await rows.read(draft)) !== undefined) await rows.write([{ key: draft, value: null, ttl: 1 }]);
}

/** The keys of everything that a transcript has or had, with their places; of turns that are out of it as well. */
export async function turnKeysIn(
  store: Pick<Store, 'keys'>,
  conversation: ConversationId,
): Promise<{ key: string; seq: number }[]> {
  const prefixes = [turnKey(conversation, ''), oldTurnKey(conversation, '')];
  const found = await Promise.all(prefixes.map((prefix) => store.keys(prefix)));
  return found.flatMap((keys, i) =>
    keys.map((key) => ({ key, seq: Number(key.slice(prefixes[i]?.length)) })),
  );
}

/** Removes those of the rows that stand before the transcript's first turn. */
export async function removeBeforeFirst(
  rows: ExclusiveRows,
  conversation: ConversationId,
  found: { key: string; seq: number }[],
): Promise<void> {
  const { first = 0 } = (await rows.read<Head>(headKey(conversation))) ?? {};
  const keys = found.filter(({ seq }) => seq < first).map(({ key }) => key);
  const gone = (await rows.readMany<StoredRow>(keys)).filter((row) => row !== undefined);
  await rows.write(
    gone.map(({ message }) => ({
      key: messageKey(conversation, message.id),
      value: FORGOTTEN,
      ttl: SEEN_MS,
    })),
  );
  await rows.remove([...keys, ...gone.map(({ message }) => oldMessageKey(conversation, message.id))]);
}

/**
 * Removes everything of the turns from the transcript's first to the one before the end that is chosen, and returns that
 * end. For a day their messages are still `seen`. The transcript is to `beginAt` the end once this is done, and not
 * before: what is removed goes last, so rows that are still there after a crash would not be looked for any more.
 */
export async function dropTurns(
  rows: ExclusiveRows,
  conversation: ConversationId,
  endOf: (head: Head) => number,
): Promise<number> {
  const head = await rows.read<Head>(headKey(conversation));
  if (!head) return 0;
  const end = Math.min(head.next, endOf(head));
  const old = oldOf(head);
  const gone = (await readRows(rows, conversation, { start: head.first ?? 0, end }, old)).filter(
    (row) => row !== undefined,
  );
  await rows.write(
    gone.map((row) => ({ key: messageKey(conversation, row.message.id), value: FORGOTTEN, ttl: SEEN_MS })),
  );
  await rows.remove([
    ...gone.map(({ seq }) => turnKey(conversation, seq)),
    ...gone.filter(({ seq }) => seq < old).flatMap((row) => oldKeys(conversation, row)),
  ]);
  return end;
}

/** Has a transcript begin where `dropTurns` ended. Returns whether it is gone: it has no turns then. */
export async function beginAt(
  rows: ExclusiveRows,
  conversation: ConversationId,
  end: number,
): Promise<boolean> {
  const head = await rows.read<Head>(headKey(conversation));
  if (!head) return true;
  if (end >= head.next) {
    await rows.remove([headKey(conversation)]);
    return true;
  }
  // Another process may drop turns as well, and be further.
  if (end <= (head.first ?? 0)) return false;
  const { old: _, ...rest } = head;
  const old = oldOf(head);
  const newHead: Head = { ...rest, first: end, ...(old > end && head.v === 2 && { old }) };
  await rows.write([{ key: headKey(conversation), value: newHead }]);
  return false;
}

export function isThere(row: Row | undefined): row is StoredTurn {
  return row !== undefined && !('removed' in row);
}
