import { useEffect, useRef, useState } from 'preact/hooks';
import type { SearchHit } from '../../api/search.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';

const words = onPage.searching;

/** Pause in typing before Parley searches, ms. */
const PAUSE_MS = 200;
/** Characters that are read of a query. */
export const MOST_CHARACTERS = 300;

export type SearchOutcome = { hits: SearchHit[] } | { problem: string } | undefined;

/**
 * The last outcome, until there is one for these words. Undefined: nothing was looked for before.
 * @param tell gets a sentence about each outcome
 */
export function useOutcome(wanted: string, tell: (sentence: string) => void): SearchOutcome {
  const [outcome, setOutcome] = useState<SearchOutcome>();
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    if (wanted === '') {
      setOutcome(undefined);
      return;
    }
    let isOver = false;
    const settle = (found: SearchOutcome, sentence: string) => {
      if (isOver) return;
      setOutcome(found);
      latest.current(sentence);
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
