import { useStore } from '../state/state.ts';
import { ConversationRow } from './conversation-row.tsx';

export function ConversationsList() {
  const conversations = useStore((state) => state.conversations);
  const current = useStore((state) => state.open.id);
  return (
    <nav aria-label="Conversations">
      <ul>
        {conversations.map((each) => (
          <ConversationRow key={each.id} conversation={each} current={each.id === current} />
        ))}
      </ul>
    </nav>
  );
}
