/**
 * A transcript as rows: one for each turn, one that finds a turn by its message, and a small head. Adding a turn writes
 * these three, however long the transcript is. Everything here is called under the transcript's name
 * (`transcriptName`).
 *
 * Old rows are those of Parley 0.1.0: their keys and turns have all ids in full. They are still read, and written anew
 * when their turn is written.
 */

import type { Afresh, Base, StoredTurn } from '../../core/storage.ts';
import { contextBytes } from '../../core/turn/context-size.ts';
import { isBranch } from '../../core/turn/past/branches.ts';
import type { ConversationId, Material, Turn } from '../../core/types.ts';
import {
  draftKey,
  headKey,
  journalKey,
  messageKey,
  oldMessageKey,
  oldTurnKey,
  responseKey,
  turnKey,
} from '../keys.ts';
import type { Entry, ExclusiveRows, Rows } from '../store.ts';
import { dropNotesInAll } from './notes.ts';
import { type PackedTurn, pack, unpack } from './turn-row.ts';

export interface Head {
  /** 1: Parley 0.1.0 appended the last turn, so any turn may be an old row. */
  v: 1 | 2;
  /** The seq of the next turn. The first turn had 0. */
  next: number;
  /** The context bytes of all turns. */
  bytes: number;
  /** Turns before this seq are gone. Absent: no turn is. */
  first?: number;
  /** Turns before this seq may be old rows. Absent: no turn is. */
  old?: number;
  afresh?: Afresh;
  /** A branch's turns before `first` are those of its base. */
  base?: Base;
}

/**
 * A tombstone of a removed turn. It keeps the turn's position, so that a redelivery of its message is still `seen`. The
 * bytes in the head and the offsets of later turns still count the turn.
 */
export interface Removed {
  removed: true;
  seq: number;
  message: { id: string };
}

/** The row at a position of the transcript. */
export type Row = StoredTurn | Removed;
/** A row as it is stored. */
export type StoredRow = PackedTurn | Removed;

/** Turns before this seq may be old rows. */
export const oldOf = ({ v, next, old = 0 }: Head): number => (v === 1 ? next : old);

/** The seq of a message's turn. Below 0: the message is forgotten. */
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
    // Outside of `exclusive`, the turn may have been moved meanwhile.
    const now = await seqOf(rows, conversation, messageId);
    if (now === seq) return undefined;
    seq = now;
  }
  return undefined;
}

/** As `findTurn`, also among the turns with which a branch begins. @param before the turn's seq is below it */
export async function findInLine(
  rows: Rows,
  conversation: ConversationId,
  messageId: string,
  before = Number.POSITIVE_INFINITY,
): Promise<StoredTurn | undefined> {
  const turn = await findTurn(rows, conversation, messageId);
  if (turn) return turn.seq < before ? turn : undefined;
  if (!isBranch(conversation)) return undefined;
  const base = (await rows.read<Head>(headKey(conversation)))?.base;
  return base && findInLine(rows, base.conversation, messageId, Math.min(before, base.seq));
}

/** The turn of a message by its position. Undefined: it is not there any more. */
export async function turnAt(
  rows: Rows,
  conversation: ConversationId,
  { id, seq }: { id: string; seq: number },
): Promise<StoredTurn | undefined> {
  const [row] = await readRows(rows, conversation, { start: seq, end: seq + 1 });
  // Positions begin at 0 again once all turns are forgotten, so another turn may stand here.
  return isThere(row) && row.message.id === id ? row : undefined;
}

/** The rows at the positions from `start` to before `end`. @param old turns before this seq may be old rows */
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

/** The rows that `appendTurn` reads, for reading them all at once. */
export const appendKeys = (conversation: ConversationId, messageId: string) => [
  headKey(conversation),
  messageKey(conversation, messageId),
  oldMessageKey(conversation, messageId),
];

/** The rows that `keepTurn` reads, for reading them all at once. */
export const keepKeys = (conversation: ConversationId, seq: number) => [
  headKey(conversation),
  turnKey(conversation, seq),
  oldTurnKey(conversation, seq),
];

/** Adds a turn at the end. Undefined: its message is known, and nothing was changed. */
export async function appendTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  turn: Turn,
): Promise<StoredTurn | undefined> {
  const { id } = turn.message;
  await rows.readMany(appendKeys(conversation, id));
  if (await isKnown(rows, conversation, id)) return undefined;
  const head = (await rows.read<Head>(headKey(conversation))) ?? { v: 2, next: 0, bytes: 0 };
  if (head.base && (await findInLine(rows, head.base.conversation, id, head.base.seq))) return undefined;
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

/** Writes turns at their positions. Old rows of these turns are replaced. */
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

/** The keys of a turn in an old transcript. */
export const oldKeys = (conversation: ConversationId, { seq, message }: Row) => [
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
  // Nothing would find the note of the old answer any more.
  if (old.digest !== turn.digest) await rows.remove(responseKeys([old]));
  await writeTurns(rows, conversation, head, [{ ...turn, seq: old.seq, offset: old.offset }]);
  await rows.write([{ key: headKey(conversation), value: newHead }]);
}

/** The turn with other material in its message. */
export function withMaterial<T extends Turn>(turn: T, { attachments, quotes, before }: Material): T {
  const { quotes: _, before: __, ...said } = turn.message;
  const message = { ...said, attachments, ...(quotes && { quotes }), ...(before && { before }) };
  return { ...turn, message };
}

/** Swaps the positions of two turns. */
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

/** Removes a turn, with the notes that tell of it, and returns it. Its message is still `seen`. */
export async function removeTurn(
  rows: ExclusiveRows,
  conversation: ConversationId,
  messageId: string,
): Promise<StoredTurn | undefined> {
  const turn = await findTurn(rows, conversation, messageId);
  if (!turn) return undefined;
  const { seq } = turn;
  const left: Removed = { removed: true, seq, message: { id: messageId } };
  const head = await rows.read<Head>(headKey(conversation));
  // The tombstone replaces an old row in its place. A new row beside it would leave the text if a crash came between.
  const isOld = head && seq < oldOf(head) && (await rows.read(turnKey(conversation, seq))) === undefined;
  const key = (isOld ? oldTurnKey : turnKey)(conversation, seq);
  await rows.write([{ key, value: left }]);
  await dropNotesInAll(rows, conversation, seq);
  await rows.remove(responseKeys([turn]));
  // Overwritten, not removed: removals are made last, and nothing finds these once the turn is gone.
  for (const key of [draftKey(conversation, messageId), journalKey(conversation, messageId)])
    if ((await rows.read(key)) !== undefined) await rows.write([{ key, value: null, ttl: 1 }]);
  return turn;
}

/** The keys of notes that the answers of these turns may be given again. */
export const responseKeys = (turns: (StoredTurn | PackedTurn | Removed)[]) =>
  turns.flatMap((turn) => ('digest' in turn && turn.digest !== undefined ? [responseKey(turn.digest)] : []));

export function isThere(row: Row | undefined): row is StoredTurn {
  return row !== undefined && !('removed' in row);
}
