/** English sentences of the search in a person's conversations. */

export const FIELD = 'Search conversations';
export const CLEAR = 'Clear search';
export const RESULTS = 'Search results';
export const NONE = 'Nothing found. Try fewer words, or the beginning of one.';
export const SEARCHING = 'Searching…';
export const found = (count: number) => (count === 1 ? 'One result.' : `${count} results.`);
export const SOME = 'Some of the words';
export const foundSome = (count: number) =>
  `Nothing has all of the words. ${count === 1 ? 'One result has' : `${count} results have`} some of them.`;
export const IN_TITLE = 'In the title';
export const from = { title: 'Title', message: 'You', answer: 'Parley' };
