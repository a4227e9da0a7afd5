/** The numbers of the pages that a turn found. */
import type { FoundPage } from '../../models/tool.ts';
import { pageAddress } from '../tools/known-addresses.ts';
import type { Source, Step } from '../tools/step.ts';

/** Gives a page its number in the turn, from 1; the same page keeps its number. */
export type CitePage = (page: FoundPage) => number;

/** @param steps of the turn so far, whose sources have their numbers */
export function createPageNumbers(steps: Iterable<Step>): CitePage {
  const numbers = new Map<string, number>();
  let last = 0;
  const keyOf = (url: string) => pageAddress(url) ?? url;
  const note = ({ url, number }: Pick<Source, 'url' | 'number'>) => {
    numbers.set(keyOf(url), number);
    last = Math.max(last, number);
  };
  for (const { sources = [] } of steps) for (const source of sources) note(source);
  return ({ url }) => {
    const known = numbers.get(keyOf(url));
    if (known !== undefined) return known;
    note({ url, number: last + 1 });
    return last;
  };
}
