/**
 * Closes the marks that a half-written Markdown block leaves open at its end, so that it looks while it is
 * being written as it will when it is done. For showing only.
 */
export function closeMarks(block: string): string {
  const fences = block.match(FENCE) ?? [];
  // An open fence runs to the end by itself, and no mark in it is one; but its own end may be half-written.
  if (fences.length % 2 === 1) return block.replace(/\n[ \t>]*(?:`{1,2}|~{1,2})$/, '');
  const start = block.lastIndexOf('\n\n') + 1;
  if (block.length - start > LONGEST) return block;
  return block.slice(0, start) + closeEmphasis(closeLink(closeCode(block.slice(start))));
}

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:`{3,}|~{3,})/gm;

/** A longer paragraph is hardly one, and is shown as it is. */
const LONGEST = 8000;

function closeCode(text: string): string {
  let open: string | null = null;
  for (const run of text.match(/`+/g) ?? []) {
    if (open === null) open = run;
    else if (open === run) open = null;
  }
  if (open === null) return text;
  return text.endsWith(open) ? text.slice(0, -open.length) : text + open;
}

/** `[text](http://exa` is shown as `text`, and `[te` as `te`; a task's box `[x]` stays. */
function closeLink(text: string): string {
  const target = /!?\[([^[\]\n]{0,500})\](?:\([^()\s]{0,2000})?$/.exec(text);
  const label = target ?? /!?\[([^[\]\n`]{1,500})$/.exec(text);
  if (!label || /^\[[ x]\]$/i.test(label[0])) return text;
  return text.slice(0, label.index) + label[1];
}

/** Marks at the very end, with nothing behind them yet, mean nothing yet: they are left out. */
const DANGLING = /(?:\*{1,3}|_{1,3}|~{1,2}|!?\[|<)$/;

const EMPHASIS = /\*\*|\*|~~|(?<!\w)__?|__?(?!\w)/g;

function closeEmphasis(text: string): string {
  const bare = text.replace(DANGLING, '');
  const trimmed = bare.trimEnd();
  // Code and escapes hold their marks: what is in them opens nothing.
  const prose = trimmed.replace(/(`+)[^`]*\1|\\./g, (hidden) => ' '.repeat(hidden.length));
  const open: string[] = [];
  for (const { 0: mark, index } of prose.matchAll(EMPHASIS)) {
    const opener = open.lastIndexOf(mark);
    if (opener >= 0 && /\S/.test(prose[index - 1] ?? '')) open.splice(opener);
    else if (/\S/.test(prose[index + mark.length] ?? '')) open.push(mark);
  }
  return open.length === 0 ? bare : trimmed + open.reverse().join('');
}
