import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';

const { new: fresh, untitled } = onPage.panel.conversations;

/** A conversation's title on the page. */
export function titleOf(conversation: ConversationView | undefined): string {
  return conversation ? conversation.title || untitled : fresh;
}
