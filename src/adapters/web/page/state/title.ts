import type { ConversationView } from '../../api.ts';

/** A conversation's title on the page. */
export function titleOf(conversation: ConversationView | undefined): string {
  return conversation ? conversation.title || 'Untitled' : 'New conversation';
}
