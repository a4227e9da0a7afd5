import { useRef, useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { CloseIcon } from '../icons.tsx';
import { ConversationsList } from '../sidebar/conversations-list.tsx';
import { announce } from '../state/state.ts';
import { Hits } from './hits.tsx';
import { MOST_CHARACTERS, type SearchOutcome, useOutcome } from './use-outcome.ts';

const words = onPage.searching;

/** The search field, and below it the list of conversations or what was found. */
export function Search() {
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const wanted = query.trim();
  const outcome = useOutcome(wanted, announce);
  const clear = () => {
    setQuery('');
    field.current?.focus();
  };
  return (
    <>
      <search class="search">
        <input
          ref={field}
          id="search"
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          dir="auto"
          aria-label={words.FIELD}
          placeholder={words.FIELD}
          maxLength={MOST_CHARACTERS}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || query === '') return;
            event.preventDefault();
            event.stopPropagation();
            clear();
          }}
        />
        {query !== '' && (
          <button type="button" class="quiet" aria-label={words.CLEAR} onClick={clear}>
            <CloseIcon />
          </button>
        )}
      </search>
      {wanted === '' ? <ConversationsList /> : <Found outcome={outcome} />}
    </>
  );
}

function Found({ outcome }: { outcome: SearchOutcome }) {
  return (
    <nav aria-label={words.RESULTS} aria-busy={outcome === undefined}>
      {outcome === undefined && <p class="hint">{words.SEARCHING}</p>}
      {outcome && 'problem' in outcome && (
        <p class="hint" role="alert">
          {outcome.problem}
        </p>
      )}
      {outcome && 'hits' in outcome && <Hits found={outcome} />}
    </nav>
  );
}
