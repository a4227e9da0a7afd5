/** English words within an answer's Markdown, and of the buttons that copy it. */

/** A `<details>` without a summary. */
export const DETAILS = 'Details';
/** An image without a text. */
export const IMAGE = 'Image';
/** Code without a language. */
export const PLAIN_CODE = 'text';

/** The box of a task in a list. */
export const task = { done: 'Done', open: 'To do' };

export const copying = {
  code: 'Copy code',
  copied: 'Copied',
  done: 'Copied.',
  refused: 'The browser does not allow copying here. Select the text and copy it yourself.',
};
