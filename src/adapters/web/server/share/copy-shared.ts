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

/** Copies of one link that a reader can delete within a day, and still make another one. */
const MOST_TIMES = 50;

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

  /** False: nothing was copied, since the reader deleted an earlier copy there. Its messages stay deleted for a day. */
  async function copyTurns(
    { snapshot, count, from }: FoundLink,
    tenant: TenantId,
    to: ConversationId,
  ): Promise<boolean> {
    for (let at = 0; at < count; at += SHARED_PAGE) {
      const turns = await shareLinks.snapshots.read(snapshot, at);
      await transcripts.appendAll(
        to,
        turns.map((turn) => owned(turn, tenant, to)),
      );
      if (turns.length > 0 && (await transcripts.read(to, { limit: 1 })).turns.length === 0) return false;
      for (const { message, files = [] } of turns)
        await copyFiles([...message.attachments, ...files], from, to, tenant);
    }
    return true;
  }

  return async (tenant, link) => {
    for (let time = 0; time < MOST_TIMES; time++) {
      const id = copyIdOf(link.id, time);
      const known = await conversations.find(tenant, id);
      if (known) return known;
      const conversation: ConversationId = `${tenant}:${id}`;
      if (!(await copyTurns(link, tenant, conversation))) continue;
      // The entry comes last: if the store fails before, the reader asks again, and the copy goes on.
      const entry = { id, title: link.title, at: Date.now() };
      if ((await conversations.add(tenant, entry)) === 'added') return entry;
      await transcripts.forget(conversation);
      await attachments.forget(conversation);
      return 'full';
    }
    return 'full';
  };
}

/** The turn as if it had been said by the reader. */
function owned(
  { message, answer, end, endedAt, files }: Turn,
  tenant: TenantId,
  conversation: ConversationId,
): Turn {
  const { topic: _, ...said } = message;
  return {
    message: { ...said, conversation, lane: conversation, tenant, author: { id: tenant, name: '' } },
    answer,
    end,
    ...(endedAt !== undefined && { endedAt }),
    ...(files && { files }),
  };
}

/** A UUID of version 8, which is of one's own making (RFC 9562, 5.8). */
function copyIdOf(share: string, time: number): string {
  const hex = createHash('sha256').update(`copy ${time} of ${share}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
