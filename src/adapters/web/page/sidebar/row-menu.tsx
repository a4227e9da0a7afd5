import type { ConversationChange } from '../../api/lists.ts';
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { server } from '../connection/server.ts';
import { MoreIcon } from '../icons.tsx';
import { MenuButton } from '../menu-button.tsx';
import { putConversation } from '../state/open.ts';
import { announce } from '../state/state.ts';
import { titleOf } from '../state/title.ts';

const words = onPage.panel.row;

interface RowMenuProps {
  conversation: ConversationView;
  /** Runs a change, and shows its failure. */
  attempt: (doing: () => Promise<void>) => void;
}

/** Pins a conversation, archives it, and takes both back. */
export function RowMenu({ conversation, attempt }: RowMenuProps) {
  const { pinned = false, archived = false } = conversation;
  const change = (label: string, wanted: ConversationChange, done: string) => ({
    label,
    act: () =>
      attempt(async () => {
        putConversation(await server.change(conversation.id, wanted));
        announce(done);
      }),
  });
  const name = words.moreOf(titleOf(conversation));
  return (
    <MenuButton
      name={name}
      menu={name}
      isBare
      items={[
        pinned
          ? change(words.unpin, { pinned: false }, words.unpinned)
          : change(words.pin, { pinned: true }, words.pinnedNow),
        archived
          ? change(words.unarchive, { archived: false }, words.unarchived)
          : change(words.archive, { archived: true }, words.archivedNow),
      ]}
    >
      <MoreIcon />
    </MenuButton>
  );
}
