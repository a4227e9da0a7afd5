/** Copies a shared conversation into the list of a reader, who goes on with it there. */
import { createHash } from 'node:crypto';
import type {
  Attachments,
  ConversationEntry,
  ConversationLists,
  Transcripts,
} from '../../../../core/storage.ts';
import type { Attachment, ConversationId, TenantId, Turn } from '../../../../core/types.ts';
import type { FoundLink, ShareLinks } from './share-links.ts';
import { SHARED_PAGE } from './snapshots.ts';

export interface CopySharedOptions {
  shareLinks: ShareLinks;
  conversations: ConversationLists;
  transcripts: Transcripts;
  attachments: Attachments;
}

/** The copy's entry; the same one each time that the reader asks. @throws StoreError */
export type CopyShared = (tenant: TenantId, link: FoundLink) => Promise<ConversationEntry | 'full'>;

export function createCopyShared(options: CopySharedOptions): CopyShared {
  const { shareLinks, conversations, transcripts, attachments } = options;

  async function copyFiles(files: Attachment[], from: ConversationId, to: ConversationId, tenant: TenantId) {
    const owner = { tenant, person: tenant };
    for (const { id } of files) {
      const file = await attachments.get(from, id);
      if (file) await attachments.put(to, file.attachment, file.bytes, owner);
    }
    await attachments.claim(
      to,
      files.map(({ id }) => id),
      owner,
    );
  }

  return async (tenant, { id: share, title, snapshot, count, from }) => {
    const id = copyIdOf(share);
    const known = await conversations.find(tenant, id);
    if (known) return known;
    const conversation: ConversationId = `${tenant}:${id}`;
    const entry = { id, title, at: Date.now() };
    if ((await conversations.add(tenant, entry)) === 'full') return 'full';
    for (let at = 0; at < count; at += SHARED_PAGE) {
      const turns = await shareLinks.snapshots.read(snapshot, at);
      await transcripts.appendAll(
        conversation,
        turns.map((turn) => owned(turn, tenant, conversation)),
      );
      for (const { message, files = [] } of turns)
        await copyFiles([...message.attachments, ...files], from, conversation, tenant);
    }
    return entry;
  };
}

/** The turn as if it had been said by the reader. */
function owned({ message, answer, end, files }: Turn, tenant: TenantId, conversation: ConversationId): Turn {
  const { topic: _, ...said } = message;
  return {
    message: { ...said, conversation, lane: conversation, tenant, author: { id: tenant, name: '' } },
    answer,
    end,
    ...(files && { files }),
  };
}

/** A UUID of version 8, which is of one's own making (RFC 9562, 5.8). */
function copyIdOf(share: string): string {
  const hex = createHash('sha256').update(`copy of ${share}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
