/** Makes a title of what a model wrote: one short line of plain text, whatever it is. */
import { trimEndOf } from '../text/trim-end.ts';
import { seenName } from '../text/unseen.ts';

/** Characters of a title. */
export const TITLE_LENGTH = 60;

/** A word that models put before the title, in Markdown or without. */
const LABEL = /^(?:title|titel)\s*[:：]\s*/i;
const LEADING = /^[\s#>|*_~`"'“”„‟‘’‚«»‹›「」『』《》-]+/;
const TRAILING = /[\s*_~`"'“”„‟‘’‚«»‹›「」『』《》.。]/;
/** Marks of Markdown within a line. */
const MARKS = /\*\*|__|~~|`/g;
const LINK = /!?\[([^[\]]*)\]\([^()]*\)/g;
const TAG = /<\/?[a-z][^<>]*>/gi;
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** Undefined: no line of it says anything. @param written 1,000 characters at most */
export function cleanTitle(written: string): string | undefined {
  for (const line of written.split(/[\n\r\u0085\u2028\u2029]/)) {
    const title = cleanLine(line);
    if (SAYS_SOMETHING.test(title)) return title;
  }
  return undefined;
}

function cleanLine(line: string): string {
  // A fence names a language, which is no title.
  if (/^\s*(?:```|~~~)/.test(line)) return '';
  const plain = seenName(line, line.length).replace(TAG, '').replace(LINK, '$1').replace(MARKS, '');
  const bare = trimEndOf(plain.replace(LEADING, '').replace(LABEL, '').replace(LEADING, ''), TRAILING);
  if (bare.length <= TITLE_LENGTH) return bare;
  return `${bare
    .slice(0, TITLE_LENGTH - 1)
    .toWellFormed()
    .trimEnd()}…`;
}
