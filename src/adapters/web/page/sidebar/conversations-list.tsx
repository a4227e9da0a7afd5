import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { getState, setState, useStore } from '../state/state.ts';
import { groupsByAge } from './ages.ts';
import { Archived } from './archived.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { withPage } from './list-pages.ts';
import { Selecting, SelectRow } from './selecting.tsx';

const words = onPage.panel;

export function ConversationsList() {
  const all = useStore((state) => state.conversations);
  const current = useStore((state) => state.open.id);
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const listed = all.filter(({ archived }) => !archived);
  const own = listed.filter(({ platform }) => platform === undefined);
  return (
    <nav aria-label={words.conversations.name}>
      {own.length > 1 && (
        <Selecting listed={own.map(({ id }) => id)} selected={selected} select={setSelected} />
      )}
      <Rows
        conversations={selected ? own : listed}
        current={current}
        selected={selected}
        select={setSelected}
      />
      <More />
      <Archived current={current} />
    </nav>
  );
}

interface RowsProps {
  conversations: ConversationView[];
  current: string | null;
  selected: ReadonlySet<string> | null;
  select: (selected: ReadonlySet<string>) => void;
}

function Rows({ conversations, current, selected, select }: RowsProps) {
  const id = useId();
  return groupsByAge(conversations, Date.now()).map(({ name, conversations: group }) => (
    <div key={name} class="list-age">
      <h2 id={`${id}-${name}`}>{name}</h2>
      <ul aria-labelledby={`${id}-${name}`}>
        {group.map((each) =>
          selected ? (
            <SelectRow key={each.id} conversation={each} selected={selected} select={select} />
          ) : (
            <ConversationRow key={each.id} conversation={each} current={each.id === current} />
          ),
        )}
      </ul>
    </div>
  ));
}

/** Reads the next page of the list once a person has scrolled to its end, or presses the button. */
function More() {
  const before = useStore((state) => state.moreConversations);
  const [problem, setProblem] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const reading = useRef(false);
  const read = async () => {
    const { moreConversations } = getState();
    if (moreConversations === null || reading.current) return;
    reading.current = true;
    try {
      const page = await server.list(moreConversations);
      setState(withPage(getState(), page));
      setProblem(null);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      reading.current = false;
    }
  };
  useEffect(() => {
    const end = button.current;
    if (!end || problem !== null) return;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) void read();
    });
    observer.observe(end);
    return () => observer.disconnect();
  }, [before, problem]);
  if (before === null) return null;
  return (
    <>
      <button type="button" class="row list-more" ref={button} onClick={() => void read()}>
        {words.conversations.more}
      </button>
      {problem !== null && (
        <p class="hint" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
