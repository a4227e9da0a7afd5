/** Closes half-written marks of a part, or holds them back, while the part is being written. */

import { isVisible } from './characters/visible.ts';
import { closeInline } from './inline/close-marks.ts';
import { isInQuote, withoutQuote } from './lines.ts';
import { paragraphs } from './paragraphs.ts';
import type { PartLine } from './part-lines.ts';

/** A line that may become a fence, a rule, a heading or a bullet: the text after it decides. */
const HALF_BLOCK =
  /^[ \t>]*(?:`{1,2}|`{3,}[^`]*|~{1,2}|~{3}.*|[-*+=_]{1,3}|#{1,6}|\d{1,9}[.)]|\$\$?|\\\[?)?$/;
const HALF_FENCE = /^[ \t>]*(?:`+|~+)$/;
const HALF_FORMULA = /\$$|\\$/;
const HALF_DELIMITER = /^[|:\- \t]*$/;
/** A link definition with an incomplete address. */
const HALF_DEFINITION = /^ {0,3}\[(?!\^)[^[\]\n]{1,200}\]:[ \t]*(?:["'(].*|\S+(?:[ \t]+["'(].*)?)?$/;
const HALF_FOOTNOTE = /^ {0,3}\[\^[^\s[\]^]{0,50}(?:\]:?[ \t]*)?$/;

/**
 * The source of a part as it can be shown before its end has come, with the text that the part repeats. A last line
 * without meaning yet is left out, and open marks are closed. Empty where there is nothing to show.
 * @param lines of the text, the last of them half
 */
export function closeHalfWritten(
  text: string,
  { from, reopen }: { from: number; reopen: string },
  lines: readonly PartLine[],
): string {
  let shown = lines.length;
  const last = lines[shown - 1];
  if (last && !text.endsWith('\n') && isNothingYet(last)) shown--;
  // A fence is shown once it has content.
  while (shown > 0 && isEmpty(lines[shown - 1])) shown--;
  const end = lines[shown]?.start ?? text.length;
  if (!isVisible(text.slice(from, end))) return '';

  const line = lines[shown - 1];
  const enclosure = line?.context.enclosure;
  if (enclosure) return `${reopen}${text.slice(from, end).trimEnd()}\n${enclosure.closer}`;
  const paragraph = paragraphs(lines.slice(0, shown)).at(-1);
  if (!line || !paragraph || paragraph.end < line.start + line.text.length)
    return reopen + text.slice(from, end);
  // Marks that the part opens again belong to its first paragraph.
  if (paragraph.start === from) return closeInline(reopen + text.slice(from, paragraph.end));
  return reopen + text.slice(from, paragraph.start) + closeInline(text.slice(paragraph.start, paragraph.end));
}

function isEmpty(line: PartLine | undefined): boolean {
  return line?.kind === 'open' || (line?.kind === 'inside' && !isVisible(line.text));
}

function isNothingYet({ text, kind, before }: PartLine): boolean {
  const { enclosure, above } = before;
  if (enclosure?.kind === 'fence' && kind !== 'text') return HALF_FENCE.test(text);
  if (enclosure) return HALF_FORMULA.test(text);
  if (
    above?.includes('|') &&
    isInQuote(above) === isInQuote(text) &&
    HALF_DELIMITER.test(withoutQuote(text))
  ) {
    return true;
  }
  if (text.trimStart().startsWith('[') && (HALF_FOOTNOTE.test(text) || HALF_DEFINITION.test(text)))
    return true;
  return HALF_BLOCK.test(text.trimEnd());
}
