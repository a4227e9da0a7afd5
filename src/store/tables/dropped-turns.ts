/** Turns that leave a transcript from its beginning, since they are forgotten or too old. */
import type { ConversationId } from '../../core/types.ts';
import { headKey, messageKey, oldMessageKey, oldTurnKey, summaryKey, turnKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { dropNotesInAll } from './notes.ts';
import { type Head, oldKeys, oldOf, readRows, responseKeys, type StoredRow } from './transcript-rows.ts';

/** How long a forgotten message is still `seen`, ms. Platforms redeliver a message for up to a day. */
const SEEN_MS = 25 * 3_600_000;
/** Stands in place of the seq of a turn that no longer exists. */
const FORGOTTEN = -1;

/** The keys of all rows of turns with their seqs, also of turns that are no longer in the transcript. */
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

/** Removes those rows that stand before the transcript's first turn. */
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
  await rows.remove([
    ...keys,
    ...gone.map(({ message }) => oldMessageKey(conversation, message.id)),
    ...responseKeys(gone),
  ]);
}

/**
 * Removes all rows of the turns from the transcript's first to before an end, with the notes that tell of them, and
 * returns that end. For a day their messages are still `seen`. Call `beginAt` with the end afterwards, not in the same
 * change: removals are made last, and nothing would look for rows that a crash has left before the beginning.
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
  const { first: start = 0 } = head;
  const gone = (await readRows(rows, conversation, { start, end }, old)).filter((row) => row !== undefined);
  if (end > start) await dropNotesInAll(rows, conversation, start, end);
  await rows.write(
    gone.map((row) => ({ key: messageKey(conversation, row.message.id), value: FORGOTTEN, ttl: SEEN_MS })),
  );
  await rows.remove([
    ...gone.map(({ seq }) => turnKey(conversation, seq)),
    ...gone.filter(({ seq }) => seq < old).flatMap((row) => oldKeys(conversation, row)),
    ...responseKeys(gone),
  ]);
  return end;
}

/**
 * Lets a transcript begin where `dropTurns` ended.
 * @param isBase branches go on from it, which keep its place also without turns
 * @returns whether it is gone, since it has no turns left
 */
export async function beginAt(
  rows: ExclusiveRows,
  conversation: ConversationId,
  end: number,
  isBase = false,
): Promise<boolean> {
  const head = await rows.read<Head>(headKey(conversation));
  if (!head) return true;
  if (end >= head.next && !isBase) {
    await rows.remove([headKey(conversation), summaryKey(conversation)]);
    return true;
  }
  // Another process may have dropped more turns meanwhile.
  if (end <= (head.first ?? 0)) return false;
  const { old: _, ...rest } = head;
  const old = oldOf(head);
  const newHead: Head = { ...rest, first: end, ...(old > end && head.v === 2 && { old }) };
  await rows.write([{ key: headKey(conversation), value: newHead }]);
  return false;
}
