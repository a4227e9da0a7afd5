/** Attached files in the store, as base64 beside their name and type. */
import type { Attachments } from '../core/ports.ts';
import type { Attachment, ConversationId } from '../core/types.ts';
import type { Store } from './store.ts';

interface File {
  attachment: Attachment;
  base64: string;
}

/** An upload that no message has claimed by then is dropped. */
const UNCLAIMED_MS = 24 * 3_600_000;

export function createAttachments(store: Store): Attachments {
  const fileKey = (conversation: ConversationId, id: string) => `file|${conversation}|${id}`;
  const indexKey = (conversation: ConversationId) => `files|${conversation}`;

  return {
    put: (conversation, attachment, bytes) =>
      store.write([
        {
          key: fileKey(conversation, attachment.id),
          value: { attachment, base64: Buffer.from(bytes).toString('base64') } satisfies File,
          ttl: UNCLAIMED_MS,
        },
      ]),

    claim: (conversation, ids) =>
      store.exclusive(indexKey(conversation), async (rows) => {
        if (ids.length === 0) return [];
        const files = await rows.readMany<File>(ids.map((id) => fileKey(conversation, id)));
        const found = files.filter((file) => file !== undefined);
        const index = (await rows.read<string[]>(indexKey(conversation))) ?? [];
        await rows.write([
          ...found.map((file) => ({ key: fileKey(conversation, file.attachment.id), value: file })),
          {
            key: indexKey(conversation),
            value: [...new Set([...index, ...found.map((file) => file.attachment.id)])],
          },
        ]);
        return found.map((file) => file.attachment);
      }),

    async get(conversation, id) {
      const file = await store.read<File>(fileKey(conversation, id));
      return file && { attachment: file.attachment, bytes: Buffer.from(file.base64, 'base64') };
    },

    remove: (conversation, ids) =>
      store.exclusive(indexKey(conversation), async (rows) => {
        const index = (await rows.read<string[]>(indexKey(conversation))) ?? [];
        // At once, the index later: cut short, this is finished by removing or forgetting again.
        await store.remove(ids.map((id) => fileKey(conversation, id)));
        const left = index.filter((id) => !ids.includes(id));
        if (left.length === index.length) return;
        await rows.write([{ key: indexKey(conversation), value: left }]);
      }),

    forget: (conversation) =>
      store.exclusive(indexKey(conversation), async (rows) => {
        const index = (await rows.read<string[]>(indexKey(conversation))) ?? [];
        await store.remove(index.map((id) => fileKey(conversation, id)));
        await rows.remove([indexKey(conversation)]);
      }),
  };
}
