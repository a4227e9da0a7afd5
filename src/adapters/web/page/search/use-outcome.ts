import { useEffect, useRef, useState } from 'preact/hooks';
import type { SearchHits } from '../../api/search.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
import { forgetFound } from './found-place.ts';

const words = onPage.searching;

/** Pause in typing before Parley searches, ms. */
const PAUSE_MS = 200;
/** Characters that are read of a query. */
export const MOST_CHARACTERS = 300;

export type SearchOutcome = SearchHits | { problem: string } | undefined;

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
    forgetFound();
    let isOver = false;
    const settle = (found: SearchOutcome, sentence: string) => {
      if (isOver) return;
      setOutcome(found);
      latest.current(sentence);
    };
    const timer = setTimeout(() => {
      server.search(wanted).then(
        (found) => settle(found, sentenceAbout(found)),
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

/** The sentence that people hear of an outcome. */
export function sentenceAbout({ hits, some }: SearchHits): string {
  if (hits.length > 0) return words.found(hits.length);
  return some.length > 0 ? words.foundSome(some.length) : words.NONE;
}
