/** Measures how long a part becomes on Discord, from its lines alone. */
import type { Measure } from '../../../chat/markdown/dialect.ts';
import { FENCE } from '../../../chat/markdown/inline/fences.ts';
import { readInline } from '../../../chat/markdown/inline/inline.ts';
import { realHost, realHostOfBare } from '../../../chat/markdown/inline/real-host.ts';
import { isInQuote, type Line, withoutQuote } from '../../../chat/markdown/lines.ts';
import { quoteOf } from './code-block.ts';
import { countOwnMarks } from './own-marks.ts';
import { measureTable, readRow } from './table.ts';

/** Backticks that Discord would take for a fence. Each of them is escaped, or none. */
const LOOSE_FENCE = /`{3,}/g;

/** Runs of pipes that Discord would read as a spoiler; each pipe is escaped. */
const SPOILERS = /\|{2,}/g;

/** Length of the hosts that are shown behind links. The addresses of references are not known here. */
function hostUnits(text: string): number {
  if (!text.includes('](') && !text.includes('://')) return 0;
  return readInline(text).atoms.reduce((sum, { kind, start, end, inner, url }) => {
    if (kind === 'link' || kind === 'image') return sum + realHost(inner, url).length;
    return kind === 'url' ? sum + realHostOfBare(text.slice(start, end)).length : sum;
  }, 0);
}

function measureLine({ kind, text, ended }: Line): number {
  let length = text.length + 1 + (ended ? FENCE.length + 3 : 0);
  // `\\[x` becomes a fence and a line; `>` a quote's mark with its space.
  const isMarker = kind === 'open' || kind === 'close';
  if (isMarker) length += 2;
  if (text.startsWith('\t')) length += /^\t*/.exec(text)?.[0].length ?? 0;
  if (kind !== 'inside') length += countOwnMarks(text) + hostUnits(text);
  // Each bracket may be escaped, and the end of its label too.
  if (kind !== 'inside' && text.includes('[')) length += 2 * (text.split('[').length - 1);
  if (kind !== 'inside' && text.includes('||')) {
    for (const [run] of text.matchAll(SPOILERS)) length += run.length;
  }
  if (isMarker || !text.includes(FENCE)) return length;
  for (const [run] of text.matchAll(LOOSE_FENCE)) length += run.length;
  return length;
}

const HEADS = new Set<Line['kind']>(['text', 'quote', 'item']);

const quoteUnits = ({ text }: Line) => (isInQuote(text) ? '> '.length : 0);

export function measure(): Measure {
  let length = 0;
  let before: Line | null = null;
  let previous = 0;
  let beforeTable = 0;
  let table: ReturnType<typeof measureTable> | null = null;
  return {
    take(line) {
      if (line.kind === 'row') {
        if (!table) beforeTable = length;
        table ??= measureTable(quoteUnits(line));
        length = beforeTable + table(readRow(withoutQuote(line.text)));
      } else if (line.kind === 'delimiter') {
        beforeTable = length - previous;
        const head = before && HEADS.has(before.kind) ? readRow(withoutQuote(before.text)) : null;
        table = measureTable(quoteUnits(line));
        length = head ? beforeTable + table(head) : length;
      } else {
        table = null;
        previous = measureLine(line);
        length += previous;
      }
      before = line;
      return length;
    },
    closing: (enclosure) => (enclosure ? FENCE.length + 1 + quoteOf(enclosure).length : 0),
  };
}
