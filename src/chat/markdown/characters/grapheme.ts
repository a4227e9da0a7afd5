/** Finds the ends of characters as people see them. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Most UTF-16 units of a grapheme; a longer one is no writing, and is cut between code points. */
const LONGEST = 256;

/** The last place at or before `at` that is inside no grapheme of the text around it. */
export function graphemeBoundary(text: string, at: number): number {
  if (isSimple(text, at)) return at;
  let start = at - 1;
  const earliest = Math.max(0, at - LONGEST);
  while (start > earliest && !isSimple(text, start)) start--;
  const window = text.slice(start, at + 2);
  for (const { index, segment } of graphemes.segment(window)) {
    const begin = start + index;
    if (begin <= at && at < begin + segment.length) {
      if (begin > start || isSimple(text, start)) return begin;
      break;
    }
  }
  return /[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at;
}

/** The beginning of a text: at most `most` UTF-16 units, and never half a grapheme. */
export function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, graphemeBoundary(text, most));
}

/** Whether both neighbours are ASCII: only a line's end joins those. */
function isSimple(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before < 0x80 && after < 0x80 && !(before === 13 && after === 10);
}
