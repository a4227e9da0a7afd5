/** Splits a long text into parts that a model reads one at a time. */

/** Characters that each line needs besides its own: the line feed, and the bar before it. */
const LINE_EXTRA = 3;

/**
 * The parts of a text, each of at most `most` characters once its lines have bars. They end at the ends of lines, where
 * these are near enough.
 */
export function partsOf(text: string, most: number): string[] {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const upTo = endOfPart(text, from, most);
    parts.push(text.slice(from, upTo));
    from = upTo;
  }
  return parts;
}

function endOfPart(text: string, from: number, most: number): number {
  let size = 0;
  let at = from;
  while (at < text.length) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    size += end - at + LINE_EXTRA;
    if (size > most) return at > from ? at : wellFormedEnd(text, from + most - LINE_EXTRA);
    at = end;
  }
  return at;
}

/** Not within a surrogate pair. */
function wellFormedEnd(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at;
}
