/** Three sources, and how an answer links them. */
import { createSources } from '../../../src/core/turn/tools/citing/sources.ts';

export const A = 'https://a.example/one';
export const B = 'https://b.example/two?x=1';
export const C = 'https://c.example/wiki/C_(language)';
const C_LINKED = 'https://c.example/wiki/C_%28language%29';
export const ONE = `[[1]](${A})`;
export const TWO = `[[2]](${B})`;
export const THREE = `[[3]](${C_LINKED})`;

export const threeSources = () =>
  createSources([
    { number: 1, url: A, title: 'The first page' },
    { number: 2, url: B, title: 'The second page' },
    { number: 3, url: C, title: '' },
  ]);
