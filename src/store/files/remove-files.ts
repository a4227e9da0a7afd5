/** Removes files in batches, so that neither the event loop nor SQLite is blocked for long. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ConversationId } from '../../core/types.ts';
import { fileKey, filesKey, readKeptKey, textIdOf } from '../keys.ts';
import type { Store } from '../store.ts';
import { exclusiveFiles, type FileIndex, indexEntry, readIndex } from './file-index.ts';
import { PIECE_BYTES, piecesOf } from './file-rows.ts';

/** Bytes, and files, of one batch. Between two, the event loop gets its turn; SQLite overwrites each page of a file. */
const BATCH_BYTES = 2 ** 20;
const BATCH_FILES = 200;

/**
 * Removes files with the texts of documents among them. Removes the files first, then their entries in the index. After a crash, removing or forgetting again finishes it.
 */
export async function removeFiles(
  store: Store,
  conversation: ConversationId,
  given: string[],
): Promise<void> {
  if (given.length === 0) return;
  const indexed = await readIndex(store, conversation);
  const texts = given.map(textIdOf).filter((id) => indexed[id] !== undefined);
  const ids = [...new Set([...given, ...texts])];
  for (const some of inBatches(ids, indexed)) {
    // A large file is a batch by itself, and its pieces go first.
    const [only, ...others] = some;
    if (only !== undefined && others.length === 0) await removePieces(store, conversation, only);
    await exclusiveFiles(store, conversation, async (rows) => {
      const index = await readIndex(rows, conversation);
      const kept = some.flatMap((id) => index[id] || []);
      await rows.remove([...some.map((id) => fileKey(conversation, id)), ...kept]);
    });
    await turnOfTheLoop();
  }
  const removed = new Set(ids);
  const late = await exclusiveFiles(store, conversation, async (rows) => {
    const index = await readIndex(rows, conversation);
    const left = Object.entries(index).filter(([id]) => !removed.has(id));
    if (left.length === 0) await rows.remove([filesKey(conversation)]);
    else if (left.length < Object.keys(index).length)
      await rows.write([indexEntry(conversation, Object.fromEntries(left))]);
    return left.map(([id]) => id).filter((id) => given.some((one) => textIdOf(one) === id));
  });
  // Texts that were kept meanwhile. Without its document in the index, no further one is.
  await removeFiles(store, conversation, late);
}

export async function removePieces(store: Store, conversation: ConversationId, id: string): Promise<void> {
  for (const some of await piecesOf(store, fileKey(conversation, id))) {
    await exclusiveFiles(store, conversation, (rows) => rows.remove(some));
    await turnOfTheLoop();
  }
}

/** Removes rows of files one by one, since no index tells how large they are. */
export async function removeUnclaimed(store: Store, keys: string[]): Promise<void> {
  for (const key of keys) {
    await store.remove([key]);
    await turnOfTheLoop();
  }
}

/** Files that are removed together. A file in pieces, or without a size in the index, is a batch by itself. */
function inBatches(ids: string[], index: FileIndex): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const kept = index[id];
    const size = kept ? readKeptKey(kept).size : Number.POSITIVE_INFINITY;
    const weight = size > PIECE_BYTES ? Number.POSITIVE_INFINITY : size;
    if (batches.length === 0 || bytes + weight > BATCH_BYTES || batch.length === BATCH_FILES) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    batch.push(id);
    bytes += weight;
  }
  return batches;
}
