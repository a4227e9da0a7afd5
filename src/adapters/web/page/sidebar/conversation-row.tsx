import type { Ref } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { Dismissible } from '../composer/dismissible.tsx';
import { sentenceOf, server } from '../connection/server.ts';
import { BinIcon, PencilIcon, PinIcon } from '../icons.tsx';
import { openConversation, putConversation, removeConversation } from '../state/open.ts';
import { pathOf } from '../state/route.ts';
import { announce } from '../state/state.ts';
import { titleOf } from '../state/title.ts';
import { UnreadMark } from '../unread/unread-mark.tsx';
import { ConfirmDelete, Rename } from './conversation-row-forms.tsx';
import { RowMenu } from './row-menu.tsx';

const { conversations, row } = onPage.panel;

interface RowProps {
  conversation: ConversationView;
  current: boolean;
}

/** A conversation in the list. It is renamed and deleted in its row. */
export function ConversationRow({ conversation, current }: RowProps) {
  const [mode, setMode] = useState<'shown' | 'renaming' | 'deleting'>('shown');
  const [problem, setProblem] = useState<string | null>(null);
  const back = useRef<HTMLAnchorElement>(null);
  const leave = () => {
    setMode('shown');
    setProblem(null);
    setTimeout(() => back.current?.focus());
  };
  const attempt = async (doing: () => Promise<void>) => {
    try {
      await doing();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <li
      class="conversation"
      data-current={current}
      onKeyDown={(event) => mode !== 'shown' && onEscape(event, leave)}
    >
      {mode === 'renaming' ? (
        <Rename
          title={conversation.title}
          rename={(title) =>
            attempt(async () => {
              if (title !== conversation.title) await rename(conversation.id, title);
              leave();
            })
          }
        />
      ) : mode === 'deleting' ? (
        <ConfirmDelete
          question={conversations.deleteQuestion(<bdi key="title">{titleOf(conversation)}</bdi>)}
          keep={leave}
          remove={() => attempt(() => removeConversation(conversation.id))}
        />
      ) : (
        <Item
          conversation={conversation}
          current={current}
          link={back}
          rename={() => setMode('renaming')}
          remove={() => setMode('deleting')}
          attempt={attempt}
        />
      )}
      {problem !== null && <Dismissible sentence={problem} dismiss={() => setProblem(null)} />}
    </li>
  );
}

interface ItemProps extends RowProps {
  link: Ref<HTMLAnchorElement>;
  rename: () => void;
  remove: () => void;
  attempt: (doing: () => Promise<void>) => Promise<void>;
}

/** The conversation's link, and the buttons to change and delete it. */
function Item({ conversation, current, link, rename, remove, attempt }: ItemProps) {
  const title = titleOf(conversation);
  const { platform } = conversation;
  return (
    <>
      <a
        ref={link}
        href={pathOf(conversation.id)}
        aria-current={current ? 'page' : undefined}
        title={conversation.pinned ? row.pinned : undefined}
        onClick={(event) => follow(event, conversation.id)}
      >
        {conversation.pinned && <PinIcon />}
        <span class="one-line" dir="auto">
          {title}
        </span>
        {conversation.unread && <UnreadMark />}
        {platform !== undefined && <span class="dm-mark">{onPage.dms.mark(platform)}</span>}
      </a>
      {platform === undefined && <RowButtons title={title} {...{ conversation, attempt, rename, remove }} />}
    </>
  );
}

function RowButtons({
  title,
  conversation,
  attempt,
  rename,
  remove,
}: Omit<ItemProps, 'link' | 'current'> & { title: string }) {
  return (
    <>
      <RowMenu conversation={conversation} attempt={attempt} />
      <button
        type="button"
        class="quiet"
        aria-label={row.renameOf(title)}
        title={row.rename}
        onClick={rename}
      >
        <PencilIcon />
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={row.deleteOf(title)}
        title={row.delete}
        onClick={remove}
      >
        <BinIcon />
      </button>
    </>
  );
}

/** Lets the row handle Escape, not the panel around it. */
function onEscape(event: KeyboardEvent, leave: () => void) {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  leave();
}

/**
 * Opens the conversation in this page on a plain click. The browser handles clicks that ask for a new tab or window.
 */
function follow(event: MouseEvent, id: string) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  openConversation(id);
}

async function rename(id: string, title: string): Promise<void> {
  putConversation(await server.change(id, { title }));
  announce(row.renamed);
}
