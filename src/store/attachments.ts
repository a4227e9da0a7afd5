/** Attached files in the store, as base64 beside their name and type. */
import type { Attachments } from '../core/ports.ts';
import type { Attachment, ConversationId } from '../core/types.ts';
import type { ExclusiveRows, Store } from './store.ts';

interface File {
  attachment: Attachment;
  base64: string;
}

/** With what the keys of files begin, which are the only large rows. */
export const FILES = 'file|';
/** An upload that no message has claimed by then is dropped. */
const UNCLAIMED_MS = 24 * 3_600_000;

export function createAttachments(store: Store): Attachments {
  const fileKey = (conversation: ConversationId, id: string) => `${FILES}${conversation}|${id}`;
  const indexKey = (conversation: ConversationId) => `files|${conversation}`;
  const exclusive = <T>(conversation: ConversationId, task: (rows: ExclusiveRows) => Promise<T>) =>
    store.exclusive(indexKey(conversation), task);

  /** The files first, the index later: cut short, this is finished by removing or forgetting again. */
  const remove = async (conversation: ConversationId, ids: string[]) => {
    await exclusive(conversation, (rows) => rows.remove(ids.map((id) => fileKey(conversation, id))));
    await exclusive(conversation, async (rows) => {
      const index = (await rows.read<string[]>(indexKey(conversation))) ?? [];
      const left = index.filter((id) => !ids.includes(id));
      if (left.length === 0) await rows.remove([indexKey(conversation)]);
      else if (left.length < index.length) await rows.write([{ key: indexKey(conversation), value: left }]);
    });
  };

  return {
    put: (conversation, attachment, bytes) =>
      store.write([
        {
          key: fileKey(conversation, attachment.id),
          value: { attachment, base64: Buffer.from(bytes).toString('base64') } satisfies File,
          ttl: UNCLAIMED_MS,
        },
      ]),

    async claim(conversation, ids) {
      const claimed: Attachment[] = [];
      // One by one: all of their bytes may be more than a store writes in its time.
      for (const id of ids) {
        const file = await exclusive(conversation, async (rows) => {
          const [file, index = []] = await Promise.all([
            rows.read<File>(fileKey(conversation, id)),
            rows.read<string[]>(indexKey(conversation)),
          ]);
          if (!file) return undefined;
          await rows.write([
            { key: fileKey(conversation, id), value: file },
            { key: indexKey(conversation), value: [...new Set([...index, id])] },
          ]);
          return file;
        });
        if (file) claimed.push(file.attachment);
      }
      return claimed;
    },

    async get(conversation, id) {
      const file = await store.read<File>(fileKey(conversation, id));
      return file && { attachment: file.attachment, bytes: Buffer.from(file.base64, 'base64') };
    },

    remove,

    async forget(conversation) {
      await remove(conversation, (await store.read<string[]>(indexKey(conversation))) ?? []);
    },
  };
}
