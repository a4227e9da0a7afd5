import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { ChevronIcon } from '../icons.tsx';
import { getState, setState, useStore } from '../state/state.ts';
import { ConversationRow } from './conversation-row.tsx';
import { inOrder } from './list-pages.ts';

const words = onPage.panel.conversations;

/** The archived conversations. They are read when a person unfolds them. */
export function Archived({ current }: { current: string | null }) {
  const all = useStore((state) => state.conversations);
  const [open, setOpen] = useState(false);
  const [more, setMore] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const archived = all.filter((each) => each.archived);
  const read = async (before?: string) => {
    try {
      const page = await server.list(before, true);
      const known = new Set(page.conversations.map(({ id }) => id));
      const others = getState().conversations.filter(({ id }) => !known.has(id));
      setState({ conversations: inOrder([...others, ...page.conversations]) });
      setMore(page.more);
      setProblem(null);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const toggle = () => {
    setOpen(!open);
    if (!open) void read();
  };
  return (
    <div class="archived" data-open={open}>
      <button type="button" class="row" aria-expanded={open} aria-controls="archived" onClick={toggle}>
        {words.archived} <ChevronIcon />
      </button>
      {open && (
        <div id="archived">
          {archived.length === 0 && problem === null && <p class="hint">{words.noneArchived}</p>}
          <ul aria-label={words.archived}>
            {archived.map((each) => (
              <ConversationRow key={each.id} conversation={each} current={each.id === current} />
            ))}
          </ul>
          {more !== null && (
            <button type="button" class="row list-more" onClick={() => void read(more)}>
              {words.more}
            </button>
          )}
          {problem !== null && (
            <p class="hint" role="alert">
              {problem}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
