/** Marks conversations whose answer came while nobody looked. The page takes the mark back when it is opened. */
import { StoreError } from '../../../core/errors.ts';
import type { ConversationLists } from '../../../core/storage.ts';
import { trunkOf } from '../../../core/turn/past/branches.ts';
import type { Message } from '../../../core/types.ts';
import type { Changes } from './changes.ts';

export interface UnreadOptions {
  conversations: Pick<ConversationLists, 'change'>;
  changes: Pick<Changes, 'tell'>;
}

export type MarkUnread = (message: Pick<Message, 'conversation' | 'tenant'>) => Promise<void>;

export function createMarkUnread({ conversations, changes }: UnreadOptions): MarkUnread {
  return async ({ conversation, tenant }) => {
    const id = trunkOf(conversation).slice(tenant.length + 1);
    try {
      const entry = await conversations.change(tenant, id, () => ({ unread: true }));
      if (entry) changes.tell(tenant, { conversation: id, window: null });
    } catch (error) {
      // The answer matters more than its mark.
      if (!(error instanceof StoreError)) throw error;
    }
  };
}
