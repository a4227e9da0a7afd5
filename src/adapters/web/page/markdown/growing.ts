/** Completes the end of a growing text, so that it looks as it will when it is done. */

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)/gm;
/** The indent and quote marks of a line. */
const INDENT = /^[ \t>]*/;
/** A line of marks only, read without its indent. It may become anything: `-`, `1.`, `|--`, a fence, a task's box. */
const DANGLING =
  /^(?:(?:\d{1,9}[.)][ \t])?[-*+=_#|:~`$\\<!>. \t]*|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\d{1,9}[.)]?|\[[ xX]?\]?[ \t]*))$/;
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\||$)/;

/** Most UTF-16 units of a table's first line. */
const LONGEST_HEAD = 2000;

/** @param tail complete blocks up to the end of the text */
export function settleEnd(tail: string): string {
  const fence = openFence(tail);
  const start = tail.lastIndexOf('\n') + 1;
  const line = tail.slice(start).replace(INDENT, '');
  const before = tail.slice(0, Math.max(0, start - 1));
  if (fence !== null) return line !== '' && fence.startsWith(line) ? before : tail;
  const settled = start < tail.length && DANGLING.test(line) ? before : tail;
  const bare = settled.replace(/([^\n])\n$/, '$1');
  const delimiters = missingDelimiters(bare);
  return delimiters === '' ? settled : bare + delimiters;
}

/** The unclosed fence; null where there is none. */
function openFence(text: string): string | null {
  let open: string | null = null;
  for (const [, fence = '', rest = ''] of text.matchAll(FENCE)) {
    if (open === null) open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = null;
  }
  return open;
}

/** The missing second line of a table. Without it the head would be shown as text with pipes. */
function missingDelimiters(text: string): string {
  const lines = text.slice(text.lastIndexOf('\n\n') + 1).split('\n');
  const head = lines.at(-1) ?? '';
  const prefix = INDENT.exec(head)?.[0] ?? '';
  if (
    head.length > LONGEST_HEAD ||
    !head.startsWith('|', prefix.length) ||
    lines.some((line) => DELIMITERS.test(line.replace(INDENT, '')))
  )
    return '';
  if (lines.at(-2)?.trimStart().startsWith('|')) return '';
  const cells = head
    .slice(prefix.length + 1)
    .replace(/\\\||\|\s*$/g, '')
    .split('|').length;
  const end = /\|\s*$/.test(head.slice(prefix.length + 1)) ? '' : ' |';
  return `${end}\n${prefix}|${'---|'.repeat(cells)}`;
}
