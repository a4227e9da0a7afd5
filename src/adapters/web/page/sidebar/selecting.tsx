import { useState } from 'preact/hooks';
import { MOST_DELETED } from '../../api/lists.ts';
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { takeOutConversations } from '../state/open.ts';
import { announce } from '../state/state.ts';
import { titleOf } from '../state/title.ts';
import { ConfirmDelete } from './conversation-row-forms.tsx';

const words = onPage.panel.selecting;

type Selected = ReadonlySet<string>;

interface SelectingProps {
  /** The ids of the conversations that can be selected. */
  listed: string[];
  /** Null: no conversations are being selected. */
  selected: Selected | null;
  select: (selected: Selected | null) => void;
}

/** Selects conversations in the list, to delete all of them at once. */
export function Selecting({ listed, selected, select }: SelectingProps) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const leave = () => {
    select(null);
    setAsking(false);
    setProblem(null);
  };
  if (!selected) {
    return (
      <div class="selecting">
        <button type="button" class="small" onClick={() => select(new Set())}>
          {words.begin}
        </button>
      </div>
    );
  }
  const ids = listed.filter((id) => selected.has(id));
  const remove = async () => {
    try {
      await removeAll(ids);
      announce(words.deleted(ids.length));
      leave();
    } catch (error) {
      setAsking(false);
      setProblem(sentenceOf(error));
    }
  };
  return (
    <fieldset class="selecting" aria-label={words.name}>
      {isAsking ? (
        <ConfirmDelete question={words.question(ids.length)} keep={() => setAsking(false)} remove={remove} />
      ) : (
        <>
          <button type="button" class="small" onClick={() => select(new Set(listed))}>
            {words.all}
          </button>
          <button
            type="button"
            class="small danger"
            disabled={ids.length === 0}
            onClick={() => setAsking(true)}
          >
            {words.delete(ids.length)}
          </button>
          <button type="button" class="small" onClick={leave}>
            {words.cancel}
          </button>
        </>
      )}
      {problem !== null && (
        <p class="hint" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

/** Deletes as many at once as a request may. */
async function removeAll(ids: string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += MOST_DELETED) {
    const some = ids.slice(at, at + MOST_DELETED);
    await server.removeMany(some);
    takeOutConversations(some);
  }
}

interface SelectRowProps {
  conversation: ConversationView;
  selected: Selected;
  select: (selected: Selected) => void;
}

export function SelectRow({ conversation, selected, select }: SelectRowProps) {
  const { id } = conversation;
  const title = titleOf(conversation);
  const toggle = () => {
    const others = new Set(selected);
    if (!others.delete(id)) others.add(id);
    select(others);
  };
  return (
    <li class="conversation">
      <label class="select-row">
        <input
          type="checkbox"
          aria-label={words.select(title)}
          checked={selected.has(id)}
          onChange={toggle}
        />
        <span class="one-line" dir="auto">
          {title}
        </span>
      </label>
    </li>
  );
}
