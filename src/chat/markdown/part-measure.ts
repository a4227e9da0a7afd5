/** Places and units of a part's source, for a limit that a cut must keep. */
import type { Units } from './dialect.ts';
import type { PartLine } from './part-lines.ts';

export interface PartMeasure {
  /** The last index at which the part may end by its units alone; the part's beginning where there is none. */
  lastWithin(limit: number): number;
  unitsBetween(start: number, end: number): number;
  /** The index of the line that a place is in. */
  lineAt(at: number): number;
}

/**
 * @param from where the part begins in the text
 * @param closing units that close what is open before, or in, a line
 */
export function createPartMeasure(
  text: string,
  from: number,
  lines: readonly PartLine[],
  closing: (line: PartLine) => number,
  units: Units,
): PartMeasure {
  /** For each index: the units of the text between `from` and that index. */
  const unitsBefore = new Int32Array(text.length + 1);
  for (let at = from; at < text.length; at++)
    unitsBefore[at + 1] = (unitsBefore[at] ?? 0) + units.ofCode(text.charCodeAt(at));
  // A high surrogate at the very end may become anything.
  const known = text.length - (/[\uD800-\uDBFF]$/.test(text) ? 1 : 0);

  /** The last index that is at most `room` units after `start`. */
  function placeAfter(start: number, room: number): number {
    const most = (unitsBefore[start] ?? 0) + room;
    let [low, high] = [start, text.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((unitsBefore[middle] ?? 0) <= most) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    lastWithin(limit) {
      for (let index = lines.length - 1; index >= 0; index--) {
        const line = lines[index];
        if (!line) break;
        const room = limit - line.length - closing(line);
        if (room < -1) continue;
        const end = (lines[index + 1]?.start ?? text.length + 1) - 1;
        return Math.min(placeAfter(line.start, room), end, known - 1);
      }
      return from;
    },
    unitsBetween: (start, end) => (unitsBefore[end] ?? 0) - (unitsBefore[start] ?? 0),
    lineAt(at) {
      let [low, high] = [0, lines.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((lines[middle]?.start ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
  };
}
