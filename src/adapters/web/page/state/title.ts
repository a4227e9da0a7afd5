import type { ConversationView } from '../../api.ts';

/** What a conversation is called on the page. */
export function titleOf(conversation: ConversationView | undefined): string {
  return conversation ? conversation.title || 'Untitled' : 'New conversation';
}
