/** Attached files in the store, within quotas. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { createLanes } from '../../core/lanes.ts';
import type { Attachments, FileOwner, KeptFile } from '../../core/storage.ts';
import { type Attachment, type ConversationId, type TenantId, tenantIn } from '../../core/types.ts';
import { FILES, fileKey, filesKey, type KeptRow, keptIn, keptKey, readKeptKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { bytesOf, type FileHead, filesIn, keepPiece, PIECE_BYTES, piecesOf, writeFile } from './file-rows.ts';

export interface FileQuotas {
  /** Bytes, of each person within a tenant. */
  perPerson: number;
  /** Bytes, of all people of a tenant. */
  perTenant: number;
}

/** The files that a conversation keeps, by id: where they count; empty where they count nowhere yet. */
type Index = Record<string, string>;

/** How long a file lasts without a message: on the page, a person may still be writing it. */
const UPLOADED_MS = 24 * 3_600_000;
/** The same of one that was fetched to be answered at once. */
const FETCHED_MS = 3_600_000;
/** Removed at once; then the event loop gets its turn, and SQLite its own, which overwrites each page of a file. */
const REMOVED_BYTES = 2 ** 20;
const REMOVED_FILES = 200;
/** Files counted at once, with their index: fewer than a store writes together (`MOST_ENTRIES`). */
const COUNTED_FILES = 200;
const NO_QUOTAS: FileQuotas = {
  perPerson: Number.POSITIVE_INFINITY,
  perTenant: Number.POSITIVE_INFINITY,
};

export function createAttachments(store: Store, quotas: FileQuotas = NO_QUOTAS): Attachments {
  /** One tenant's files are counted by one task at a time. */
  const counting = createLanes();
  const exclusive = <T>(conversation: ConversationId, task: (rows: ExclusiveRows) => Promise<T>) =>
    store.exclusive(filesKey(conversation), task);

  async function readIndex(rows: Pick<Store, 'read'>, conversation: ConversationId): Promise<Index> {
    const index = (await rows.read<Index | string[]>(filesKey(conversation))) ?? {};
    // Parley 0.1.0 kept the ids alone.
    return Array.isArray(index) ? Object.fromEntries(index.map((id) => [id, ''])) : index;
  }

  /** The files first, the index later: cut short, this is finished by removing or forgetting again. */
  async function removeFiles(conversation: ConversationId, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const some of inBatches(ids, await readIndex(store, conversation))) {
      // A large file goes alone.
      const [only, ...others] = some;
      if (only !== undefined && others.length === 0) await removePieces(conversation, only);
      await exclusive(conversation, async (rows) => {
        const index = await readIndex(rows, conversation);
        const kept = some.flatMap((id) => index[id] || []);
        await rows.remove([...some.map((id) => fileKey(conversation, id)), ...kept]);
      });
      await turnOfTheLoop();
    }
    const removed = new Set(ids);
    await exclusive(conversation, async (rows) => {
      const index = await readIndex(rows, conversation);
      const left = Object.entries(index).filter(([id]) => !removed.has(id));
      if (left.length === 0) await rows.remove([filesKey(conversation)]);
      else if (left.length < Object.keys(index).length)
        await rows.write([{ key: filesKey(conversation), value: Object.fromEntries(left) }]);
    });
  }

  async function removePieces(conversation: ConversationId, id: string): Promise<void> {
    for (const some of await piecesOf(store, fileKey(conversation, id))) {
      await exclusive(conversation, (rows) => rows.remove(some));
      await turnOfTheLoop();
    }
  }

  /** Files of which no index tells how large they are. */
  async function removeUnclaimed(keys: string[]): Promise<void> {
    for (const key of keys) {
      await store.remove([key]);
      await turnOfTheLoop();
    }
  }

  const keptOf = async (tenant: TenantId) => (await store.keys(keptIn(tenant))).map(readKeptKey);

  /**
   * Removes the oldest files of a person and of a tenant for a new one; false when there is no room even so.
   * @param spared ids of files that come with it
   */
  async function makeRoom(
    { tenant, person }: FileOwner,
    size: number,
    spared: { conversation: ConversationId; ids: string[] },
  ): Promise<boolean> {
    const all = (await keptOf(tenant)).sort((a, b) => a.at - b.at);
    const isSpared = (one: KeptRow) =>
      one.conversation === spared.conversation && spared.ids.includes(one.id);
    const gone = new Set<KeptRow>();
    const fits = (files: KeptRow[], most: number): boolean => {
      let bytes = sum(files.filter((one) => !gone.has(one)));
      for (const one of files) {
        if (bytes + size <= most) return true;
        if (gone.has(one) || isSpared(one)) continue;
        gone.add(one);
        bytes -= one.size;
      }
      return bytes + size <= most;
    };
    const own = all.filter((one) => one.person === person);
    if (!fits(own, quotas.perPerson) || !fits(all, quotas.perTenant)) return false;
    for (const { conversation, id, key } of gone) {
      await removeFiles(conversation, [id]);
      // Of one that was not claimed yet, no index tells where it counts.
      await store.remove([key]);
    }
    return true;
  }

  async function claimOne(
    conversation: ConversationId,
    id: string,
    owner: FileOwner,
    spared: string[],
  ): Promise<void> {
    const key = fileKey(conversation, id);
    const begun = (await readIndex(store, conversation))[id];
    const found = begun === '' ? undefined : await store.read<FileHead>(key);
    if (!found || (begun !== undefined && found.kept === begun)) return;
    const { kept: before, ...head } = found;
    const { size } = head.attachment;
    if (begun === undefined && !(await makeRoom(owner, size, { conversation, ids: spared }))) return;
    const kept = begun ?? keptKey({ ...owner, at: Date.now(), size, conversation, id });
    // First it is where it is found again: cut short, this is finished by claiming or forgetting it.
    await exclusive(conversation, async (rows) => {
      const index = await readIndex(rows, conversation);
      await rows.write([
        { key: kept, value: 1 },
        { key: filesKey(conversation), value: { ...index, [id]: kept } satisfies Index },
      ]);
      if (before !== undefined) await rows.remove([before]);
    });
    for (let piece = 0; piece < (head.pieces ?? 0); piece++) {
      await exclusive(conversation, (rows) => keepPiece(rows, key, piece));
      await turnOfTheLoop();
    }
    await exclusive(conversation, async (rows) => {
      // It may have been forgotten meanwhile.
      if (await rows.read<FileHead>(key))
        await rows.write([{ key, value: { ...head, kept } satisfies FileHead }]);
    });
  }

  /** False where none is left that is known. @param keptKeys where each file is to count, by its id */
  async function countSome(
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
      {
        key: filesKey(conversation),
        value: { ...index, ...Object.fromEntries(counted) } satisfies Index,
      },
    ]);
    return true;
  }

  return {
    async put(conversation, attachment, bytes, owner) {
      const { id, size } = attachment;
      if ((await readIndex(store, conversation))[id] !== undefined) return;
      const ttl = owner ? UPLOADED_MS : FETCHED_MS;
      const kept = owner && keptKey({ ...owner, at: Date.now(), size, conversation, id });
      if (owner) await counting.run(owner.tenant, () => makeRoom(owner, size, { conversation, ids: [id] }));
      const file = { attachment, bytes, ttl, ...(kept !== undefined && { kept }) };
      await writeFile(store, fileKey(conversation, id), file);
    },

    async find(conversation, ids) {
      const found: Attachment[] = [];
      // One by one: all of their bytes may be more than a store reads in its time.
      for (const id of ids) {
        const file = await store.read<FileHead>(fileKey(conversation, id));
        if (file) found.push(file.attachment);
      }
      return found;
    },

    async claim(conversation, ids, owner) {
      for (const id of ids) await counting.run(owner.tenant, () => claimOne(conversation, id, owner, ids));
    },

    async get(conversation, id) {
      const key = fileKey(conversation, id);
      const file = await store.read<FileHead>(key);
      const bytes = file && (await bytesOf(store, key, file));
      return bytes && { attachment: file.attachment, bytes };
    },

    remove: removeFiles,

    async drop(conversation, ids) {
      const index = await readIndex(store, conversation);
      const unclaimed = ids.filter((id) => index[id] === undefined);
      for (const id of unclaimed) await removePieces(conversation, id);
      await removeUnclaimed(unclaimed.map((id) => fileKey(conversation, id)));
    },

    async forget(conversation) {
      await removeFiles(conversation, Object.keys(await readIndex(store, conversation)));
      // Files that no message has claimed are in no index.
      const unclaimed = await store.keys(fileKey(conversation, ''));
      if (unclaimed.length === 0) return;
      const kept = (await keptOf(tenantIn(conversation))).filter((one) => one.conversation === conversation);
      // The files last: by them this is found again, should it be cut short.
      await store.remove(kept.map(({ key }) => key));
      await removeUnclaimed(unclaimed);
    },

    list: async (tenant) => filesIn(await store.keys(`${FILES}${tenant}:`)),

    async keptBefore(time) {
      const files: KeptFile[] = [];
      let nextAt: number | undefined;
      for (const { at, conversation, id } of (await store.keys(keptIn())).map(readKeptKey)) {
        if (at < time) files.push({ conversation, id });
        else nextAt = Math.min(at, nextAt ?? at);
      }
      return { files, nextAt };
    },

    async uncounted() {
      const conversations: ConversationId[] = [];
      for (const key of await store.keys(filesKey(''))) {
        const conversation = key.slice(filesKey('').length);
        if (uncountedIn(await readIndex(store, conversation)).length > 0) conversations.push(conversation);
      }
      return conversations;
    },

    async count(conversation, files) {
      const keptKeys = new Map(
        files.map(({ attachment: { id, size }, ...owner }) => [
          id,
          keptKey({ ...owner, size, conversation, id }),
        ]),
      );
      while (await exclusive(conversation, (rows) => countSome(rows, conversation, keptKeys)));
      // Nothing refers to the others: their messages were refused, or edited.
      await removeFiles(conversation, uncountedIn(await readIndex(store, conversation)));
    },
  };
}

/** The ids of files that Parley 0.1.0 kept and that count nowhere yet. */
function uncountedIn(index: Index): string[] {
  return Object.keys(index).filter((id) => index[id] === '');
}

/** Files that are removed together; one of which the index does not tell the size goes alone. */
function inBatches(ids: string[], index: Index): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const kept = index[id];
    const size = kept ? readKeptKey(kept).size : Number.POSITIVE_INFINITY;
    // One in pieces goes alone.
    const weight = size > PIECE_BYTES ? Number.POSITIVE_INFINITY : size;
    if (batches.length === 0 || bytes + weight > REMOVED_BYTES || batch.length === REMOVED_FILES) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    batch.push(id);
    bytes += weight;
  }
  return batches;
}

function sum(files: KeptRow[]): number {
  return files.reduce((bytes, { size }) => bytes + size, 0);
}
