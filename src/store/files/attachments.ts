/** Attached files in the store, within quotas. */
import { createLanes } from '../../core/lanes.ts';
import type { Attachments, KeptFile } from '../../core/storage.ts';
import { isDocumentType } from '../../core/turn/attachment-kind.ts';
import { type Attachment, type ConversationId, tenantIn } from '../../core/types.ts';
import { FILES, fileKey, filesKey, keptKey, textIdOf } from '../keys.ts';
import type { Store } from '../store.ts';
import { claimFile, countSome } from './claim-file.ts';
import { exclusiveFiles, readIndex, readIndexes, uncountedIn } from './file-index.ts';
import { bytesOf, type FileHead, filesIn, PIECE_BYTES, writeFile } from './file-rows.ts';
import { type FileQuotas, keptFiles, makeRoom, NO_QUOTAS } from './quotas.ts';
import { removeFiles, removePieces, removeUnclaimed } from './remove-files.ts';

/** How long an unclaimed upload lasts, ms. On the page, a person may still be writing its message. */
const UPLOADED_MS = 24 * 3_600_000;
/** The same for a file that Parley fetched from a platform, whose message it answers at once. */
const FETCHED_MS = 3_600_000;
/** The range of a text that is read where none is asked for. */
const BEGINNING = { from: 0, upTo: PIECE_BYTES };

export function createAttachments(store: Store, quotas: FileQuotas = NO_QUOTAS): Attachments {
  return { ...keeping(store, quotas), ...reading(store), ...removing(store), ...counting(store) };
}

function keeping(store: Store, quotas: FileQuotas): Pick<Attachments, 'put' | 'claim' | 'keepText'> {
  /** Files of one tenant are counted by one task at a time. */
  const tenants = createLanes();
  return {
    async put(conversation, attachment, bytes, owner) {
      const { id, size } = attachment;
      if ((await readIndex(store, conversation))[id] !== undefined) return;
      const ttl = owner ? UPLOADED_MS : FETCHED_MS;
      const kept = owner && keptKey({ ...owner, at: Date.now(), size, conversation, id });
      const spared = { conversation, ids: [id] };
      if (owner) await tenants.run(owner.tenant, () => makeRoom(store, quotas, owner, size, spared));
      const file = { attachment, bytes, ttl, ...(kept !== undefined && { kept }) };
      await writeFile(store, fileKey(conversation, id), file);
    },

    async claim(conversation, ids, owner) {
      for (const id of ids)
        await tenants.run(owner.tenant, () => claimFile(store, quotas, { conversation, id }, owner, ids));
    },

    async keepText(conversation, attachment, text, owner) {
      const { id: document } = attachment;
      const id = textIdOf(document);
      const isThere = async () => (await store.read(fileKey(conversation, document))) !== undefined;
      if (!(await isThere())) return;
      const file = { attachment: { ...attachment, id, size: text.length }, bytes: text, ttl: FETCHED_MS };
      await writeFile(store, fileKey(conversation, id), file);
      const spared = [document, id];
      await tenants.run(owner.tenant, () =>
        claimFile(store, quotas, { conversation, id, beside: document }, owner, spared),
      );
      // It may have been forgotten meanwhile.
      if (!(await isThere())) await removeFiles(store, conversation, [id]);
    },
  };
}

function reading(
  store: Store,
): Pick<Attachments, 'find' | 'get' | 'keeper' | 'text' | 'list' | 'keptBefore'> {
  return {
    async find(conversation, ids) {
      const found: Attachment[] = [];
      // Read one by one: together, their bytes may take longer than the store's deadline.
      for (const id of ids) {
        const file = await store.read<FileHead>(fileKey(conversation, id));
        if (file) found.push(file.attachment);
      }
      return found;
    },

    async get(conversation, id) {
      const key = fileKey(conversation, id);
      const file = await store.read<FileHead>(key);
      const bytes = file && (await bytesOf(store, key, file));
      return bytes && { attachment: file.attachment, bytes };
    },

    async keeper(conversations, id) {
      const indexes = await readIndexes(store, conversations);
      return conversations[indexes.findIndex((index) => index[id] !== undefined)];
    },

    async text(conversation, { id, type }, range = BEGINNING) {
      const isDocument = isDocumentType(type);
      const textId = isDocument ? textIdOf(id) : id;
      const key = fileKey(conversation, textId);
      const file = await store.read<FileHead>(key);
      // A text whose claim was cut short would expire. It is kept anew.
      const isCut = isDocument && file?.kept === undefined;
      if (isCut && (await readIndex(store, conversation))[textId] !== undefined) return undefined;
      const bytes = file && (await bytesOf(store, key, file, range));
      return bytes && { attachment: { ...file.attachment, id }, bytes, size: file.attachment.size };
    },

    list: async (tenant) => filesIn(await store.keys(`${FILES}${tenant}:`)),

    async keptBefore(time) {
      const files: KeptFile[] = [];
      let nextAt: number | undefined;
      for (const { at, conversation, id } of await keptFiles(store)) {
        if (at < time) files.push({ conversation, id });
        else nextAt = Math.min(at, nextAt ?? at);
      }
      return { files, nextAt };
    },
  };
}

function removing(store: Store): Pick<Attachments, 'remove' | 'drop' | 'forget'> {
  return {
    remove: (conversation, ids) => removeFiles(store, conversation, ids),

    async drop(conversation, ids) {
      const index = await readIndex(store, conversation);
      const unclaimed = ids.filter((id) => index[id] === undefined);
      for (const id of unclaimed) {
        const key = fileKey(conversation, id);
        const kept = (await store.read<FileHead>(key))?.kept;
        await removePieces(store, conversation, id);
        await removeUnclaimed(store, [key, ...(kept === undefined ? [] : [kept])]);
      }
    },

    async forget(conversation) {
      await removeFiles(store, conversation, Object.keys(await readIndex(store, conversation)));
      // Files that no message has claimed are in no index.
      const unclaimed = await store.keys(fileKey(conversation, ''));
      if (unclaimed.length === 0) return;
      const all = await keptFiles(store, tenantIn(conversation));
      const kept = all.filter((one) => one.conversation === conversation);
      // The files go last: after a crash, forgetting again finds them.
      await store.remove(kept.map(({ key }) => key));
      await removeUnclaimed(store, unclaimed);
    },
  };
}

/** Counts files that Parley 0.1.0 kept, which count in no quota yet. */
function counting(store: Store): Pick<Attachments, 'uncounted' | 'count'> {
  return {
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
      while (await exclusiveFiles(store, conversation, (rows) => countSome(rows, conversation, keptKeys)));
      // Nothing refers to the other files: their messages were refused or edited.
      await removeFiles(store, conversation, uncountedIn(await readIndex(store, conversation)));
    },
  };
}
