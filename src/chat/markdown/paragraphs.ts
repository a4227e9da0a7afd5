/** Groups lines that belong together: a mark may begin in one of them and end in another. */
import type { PartLine } from './part-lines.ts';

export interface Paragraph {
  start: number;
  end: number;
}

const INLINE = new Set(['text', 'item', 'quote', 'heading', 'row', 'footnote']);

/** Line kinds that a line of plain text can continue. */
const CONTINUED = new Set(['text', 'item', 'quote', 'footnote']);

/** Paragraphs, items, headings, quotes and rows in order, without lines in an enclosure. */
export function paragraphs(lines: readonly PartLine[]): Paragraph[] {
  const found: Paragraph[] = [];
  let before: PartLine['kind'] = 'blank';
  for (const { kind, start, text } of lines) {
    const end = start + text.length;
    const last = found.at(-1);
    const continues = (kind === 'text' && CONTINUED.has(before)) || (kind === 'quote' && before === 'quote');
    if (continues && last) last.end = end;
    else if (INLINE.has(kind)) found.push({ start, end });
    before = kind;
  }
  return found;
}
