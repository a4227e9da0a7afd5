/** English words within an answer's Markdown, and of the buttons that copy it. */

/** A `<details>` without a summary. */
export const DETAILS = 'Details';
/** An image without a text. */
export const IMAGE = 'Image';
/** Code without a language. */
export const PLAIN_CODE = 'text';

/** The box of a task in a list. */
export const task = { done: 'Done', open: 'To do' };

export const code = {
  wrap: 'Wrap lines',
  download: 'Download code',
  showAll: (lines: number) => `Show all ${lines} lines`,
  showLess: 'Show fewer lines',
  /** The name of a file, before its ending. */
  FILE: 'code',
};

export const table = {
  copy: 'Copy as CSV',
  sort: (column: string) => `Sort by ${column}`,
};

/** Footnotes. */
export const notes = {
  name: (label: string) => `Note ${label}`,
  back: (label: string) => `Back from note ${label}`,
};

/** Titles of alerts. */
export const alerts = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

export const copying = {
  code: 'Copy code',
  copied: 'Copied',
  done: 'Copied.',
  refused: 'The browser does not allow copying here. Select the text and copy it yourself.',
};
