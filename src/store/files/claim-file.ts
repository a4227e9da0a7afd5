/** Claims a file for a message. From then on, the file counts in the quotas and stays until it is removed. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { FileOwner } from '../../core/storage.ts';
import type { ConversationId } from '../../core/types.ts';
import { fileKey, keptKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { exclusiveFiles, indexEntry, readIndex, uncountedIn } from './file-index.ts';
import { type FileHead, keepPiece } from './file-rows.ts';
import { type FileQuotas, makeRoom } from './quotas.ts';

/** Files of 0.1.0 counted in one change, with their index. A store writes more entries together (`MOST_ENTRIES`). */
const COUNTED_FILES = 200;

/**
 * @param beside the id of a file that it belongs to. If that is gone, it is not claimed.
 * @param spared ids of files that are claimed together with it
 */
export async function claimFile(
  store: Store,
  quotas: FileQuotas,
  { conversation, id, beside }: { conversation: ConversationId; id: string; beside?: string },
  owner: FileOwner,
  spared: string[],
): Promise<void> {
  const key = fileKey(conversation, id);
  const begun = (await readIndex(store, conversation))[id];
  const found = begun === '' ? undefined : await store.read<FileHead>(key);
  if (!found || (begun !== undefined && found.kept === begun)) return;
  const { kept: before, ...head } = found;
  const { size } = head.attachment;
  if (begun === undefined && !(await makeRoom(store, quotas, owner, size, { conversation, ids: spared })))
    return;
  const kept = begun ?? keptKey({ ...owner, at: Date.now(), size, conversation, id });
  // The index comes first: after a crash, claiming or forgetting the file again finishes it.
  const isIndexed = await exclusiveFiles(store, conversation, async (rows) => {
    const index = await readIndex(rows, conversation);
    if (beside !== undefined && index[beside] === undefined) return false;
    await rows.write([{ key: kept, value: 1 }, indexEntry(conversation, { ...index, [id]: kept })]);
    if (before !== undefined) await rows.remove([before]);
    return true;
  });
  if (!isIndexed) return;
  for (let piece = 0; piece < (head.pieces ?? 0); piece++) {
    await exclusiveFiles(store, conversation, (rows) => keepPiece(rows, key, piece));
    await turnOfTheLoop();
  }
  await exclusiveFiles(store, conversation, async (rows) => {
    // The file may have been forgotten meanwhile.
    if (await rows.read<FileHead>(key))
      await rows.write([{ key, value: { ...head, kept } satisfies FileHead }]);
  });
}

/**
 * Counts files that Parley 0.1.0 kept, up to `COUNTED_FILES`. False: no known file is left to count.
 * @param keptKeys by file id: the key by which it is to count
 */
export async function countSome(
  rows: ExclusiveRows,
  conversation: ConversationId,
  keptKeys: Map<string, string>,
): Promise<boolean> {
  const index = await readIndex(rows, conversation);
  const counted = uncountedIn(index)
    .flatMap((id) => {
      const kept = keptKeys.get(id);
      return kept === undefined ? [] : [[id, kept] as const];
    })
    .slice(0, COUNTED_FILES);
  if (counted.length === 0) return false;
  await rows.write([
    ...counted.map(([, key]) => ({ key, value: 1 })),
    indexEntry(conversation, { ...index, ...Object.fromEntries(counted) }),
  ]);
  return true;
}
