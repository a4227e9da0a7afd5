/** The index of the files that a conversation keeps: one row, and the name under which these files are changed. */
import type { ConversationId } from '../../core/types.ts';
import { filesKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';

/** By file id: the key by which the file counts in the quotas (`keptKey`); empty if it does not count yet. */
export type FileIndex = Record<string, string>;

/** Runs a task over a conversation's files while nobody else changes them. */
export function exclusiveFiles<T>(
  store: Store,
  conversation: ConversationId,
  task: (rows: ExclusiveRows) => Promise<T>,
): Promise<T> {
  return store.exclusive(filesKey(conversation), task);
}

export async function readIndex(rows: Pick<Store, 'read'>, conversation: ConversationId): Promise<FileIndex> {
  return asIndex(await rows.read<StoredIndex>(filesKey(conversation)));
}

/** The indexes of many conversations, in one read. */
export async function readIndexes(
  rows: Pick<Store, 'readMany'>,
  conversations: ConversationId[],
): Promise<FileIndex[]> {
  return (await rows.readMany<StoredIndex>(conversations.map(filesKey))).map(asIndex);
}

/** Parley 0.1.0 kept the ids alone. */
type StoredIndex = FileIndex | string[];

const asIndex = (index: StoredIndex = {}): FileIndex =>
  Array.isArray(index) ? Object.fromEntries(index.map((id) => [id, ''])) : index;

export const indexEntry = (conversation: ConversationId, index: FileIndex) => ({
  key: filesKey(conversation),
  value: index,
});

/** The ids of files that Parley 0.1.0 kept and that do not count in the quotas yet. */
export function uncountedIn(index: FileIndex): string[] {
  return Object.keys(index).filter((id) => index[id] === '');
}
