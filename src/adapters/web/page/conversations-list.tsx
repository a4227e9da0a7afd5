import { ConversationRow } from './conversation-row.tsx';
import { useStore } from './state.ts';

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
