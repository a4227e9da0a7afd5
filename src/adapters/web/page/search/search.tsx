import { useEffect, useRef, useState } from 'preact/hooks';
import type { SearchHit } from '../../api/search.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { CloseIcon } from '../icons.tsx';
import { ConversationsList } from '../sidebar/conversations-list.tsx';
import { announce, setState } from '../state/state.ts';
import { Hits } from './hits.tsx';

const words = onPage.searching;

/** Pause in typing before Parley searches, ms. */
const PAUSE_MS = 200;
/** Characters that are read of a query. */
const MOST_CHARACTERS = 300;

type Outcome = { hits: SearchHit[] } | { problem: string } | undefined;

/** The search field, and below it the list of conversations or what was found. */
export function Search() {
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const wanted = query.trim();
  const outcome = useOutcome(wanted);
  useShortcut(field);
  const clear = () => {
    setQuery('');
    field.current?.focus();
  };
  return (
    <>
      <search class="search">
        <input
          ref={field}
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          dir="auto"
          aria-label={words.FIELD}
          placeholder={words.FIELD}
          title={words.HINT}
          aria-keyshortcuts="Control+K Meta+K"
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

function Found({ outcome }: { outcome: Outcome }) {
  return (
    <nav aria-label={words.RESULTS} aria-busy={outcome === undefined}>
      {outcome === undefined && <p class="hint">{words.SEARCHING}</p>}
      {outcome && 'problem' in outcome && (
        <p class="hint" role="alert">
          {outcome.problem}
        </p>
      )}
      {outcome && 'hits' in outcome && outcome.hits.length === 0 && <p class="hint">{words.NONE}</p>}
      {outcome && 'hits' in outcome && <Hits hits={outcome.hits} />}
    </nav>
  );
}

/** The last outcome, until there is one for these words. Undefined: nothing was looked for before. */
function useOutcome(wanted: string): Outcome {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (wanted === '') {
      setOutcome(undefined);
      return;
    }
    let isOver = false;
    const settle = (found: Outcome, sentence: string) => {
      if (isOver) return;
      setOutcome(found);
      announce(sentence);
    };
    const timer = setTimeout(() => {
      server.search(wanted).then(
        ({ hits }) => settle({ hits }, hits.length === 0 ? words.NONE : words.found(hits.length)),
        (error) => settle({ problem: sentenceOf(error) }, sentenceOf(error)),
      );
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  return outcome;
}

/** Ctrl+K, or ⌘K, opens the search. */
function useShortcut(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isIt = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
      if (!isIt || event.altKey || event.shiftKey || event.defaultPrevented) return;
      event.preventDefault();
      setState({ panelOpen: true });
      // On a narrow screen the panel must be drawn first.
      setTimeout(() => {
        field.current?.focus();
        field.current?.select();
      });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [field]);
}
