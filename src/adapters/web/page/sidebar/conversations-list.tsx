import { onPage } from '../../sentences/en.ts';
import { useStore } from '../state/state.ts';
import { ConversationRow } from './conversation-row.tsx';

export function ConversationsList() {
  const conversations = useStore((state) => state.conversations);
  const current = useStore((state) => state.open.id);
  return (
    <nav aria-label={onPage.panel.conversations.name}>
      <ul>
        {conversations.map((each) => (
          <ConversationRow key={each.id} conversation={each} current={each.id === current} />
        ))}
      </ul>
    </nav>
  );
}
