/** Settles the end of a text that is still being written, so that it looks as it will when it is done. */

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)/gm;
/** How deep in quotes and lists a line stands. */
const INDENT = /^[ \t>]*/;
/** A line of marks only, which may become anything: `-`, `1.`, `|--`, a fence, a task's box. Read without its indent. */
const DANGLING =
  /^(?:(?:\d{1,9}[.)][ \t])?[-*+=_#|:~`$\\<!>. \t]*|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\d{1,9}[.)]?|\[[ xX]?\]?[ \t]*))$/;
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\||$)/;

/** UTF-16 units of a table's first line. */
const LONGEST_HEAD = 2000;

/** @param tail whole blocks, to the end of the text */
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

/** The fence that nothing closes yet; null where there is none. */
function openFence(text: string): string | null {
  let open: string | null = null;
  for (const [, fence = '', rest = ''] of text.matchAll(FENCE)) {
    if (open === null) open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = null;
  }
  return open;
}

/** A table is one by its second line; until that is there, its head would be a line with pipes in it. */
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
