/** Reads the inside of one paragraph, item or cell: pieces, and marks around text. */

import { isHalfEntity, readEntity } from '../html/entities.ts';
import { readAddress } from './addresses.ts';
import { readAngle } from './angles.ts';
import { closeBracket, openBracket, unclosedBracket } from './brackets.ts';
import { codeRuns } from './code-runs.ts';
import { isDisplayed, isFormula, LONGEST_FORMULA, readDollar } from './formula.ts';
import { allMarks, readMarks } from './marks.ts';
import { find, type Inline, type InlineReading, run, take } from './reading.ts';

const SPECIAL = /[\\`*_~[\]<$&]|https?:\/\//;
const NOTHING: Inline = { atoms: [], marks: [], tags: [], pending: [] };

/** Reads in a time that grows linearly with the text. */
export function readInline(text: string, isDefined: (label: string) => boolean = () => false): Inline {
  if (!SPECIAL.test(text)) return NOTHING;
  const reading: InlineReading = {
    text,
    isDefined,
    atoms: [],
    tags: [],
    openTags: null,
    pending: [],
    closed: [],
    open: [],
    brackets: [],
    found: null,
    code: null,
  };
  for (let at = 0; at < text.length; ) at = readAt(reading, at);
  const { atoms, tags, pending } = reading;
  const bracket = unclosedBracket(reading);
  if (bracket) pending.push(bracket);
  return { atoms, marks: allMarks(reading), tags, pending };
}

/** Reads the piece or mark that begins at a place. Returns the place where the next may begin. */
function readAt(reading: InlineReading, at: number): number {
  const { text } = reading;
  switch (text[at]) {
    case '\\':
      return escaped(reading, at);
    case '`':
      return backticks(reading, at, run(text, at));
    case '!':
      return text[at + 1] === '[' ? openBracket(reading, at) : at + 1;
    case '[':
      return openBracket(reading, at);
    case ']':
      return closeBracket(reading, at);
    case '<':
      return readAngle(reading, at);
    case '&':
      return entity(reading, at);
    case 'h':
      return text.startsWith('http://', at) || text.startsWith('https://', at)
        ? readAddress(reading, at)
        : at + 1;
    case '$':
      return dollars(reading, at, run(text, at));
    case '*':
    case '_':
    case '~': {
      const found = run(text, at);
      readMarks(reading, found, at);
      return at + found.length;
    }
    default:
      return at + 1;
  }
}

function backticks(reading: InlineReading, at: number, run: string): number {
  const { text, pending } = reading;
  const start = at + run.length;
  reading.code ??= codeRuns(text);
  const end = reading.code.after(run.length, start);
  if (end >= 0) return take(reading, 'code', at, end + run.length, text.slice(start, end));
  if (!pending.some(({ kind }) => kind === 'code')) pending.push({ kind: 'code', start: at, inner: run });
  return start;
}

function escaped(reading: InlineReading, at: number): number {
  const { text, pending } = reading;
  const next = text.charAt(at + 1);
  if (next === '(' || next === '[') {
    const end = find(reading, next === '(' ? '\\)' : '\\]', at + 2);
    const inner = text.slice(at + 2, end < 0 ? text.length : end);
    const formula = next === '(' ? inner.trim() !== '' && inner.length <= LONGEST_FORMULA : isFormula(inner);
    if (end >= 0 && formula) return take(reading, 'math', at, end + 2, inner);
    if (end < 0 && inner.length <= LONGEST_FORMULA) pending.push({ kind: 'math', start: at, inner });
  }
  return /[!-/:-@[-`{-~\n]/.test(next) ? take(reading, 'escape', at, at + 2, next) : at + 1;
}

function entity(reading: InlineReading, at: number): number {
  const { text, pending } = reading;
  const found = readEntity(text, at);
  if (found) return take(reading, 'entity', at, found.end, found.character);
  if (isHalfEntity(text, at)) pending.push({ kind: 'entity', start: at, inner: '' });
  return at + 1;
}

function dollars(reading: InlineReading, at: number, run: string): number {
  const { text, pending } = reading;
  if (run === '$$') {
    const end = find(reading, '$$', at + 2);
    const inner = text.slice(at + 2, end < 0 ? text.length : end);
    if (end > at + 2 && isDisplayed(inner)) return take(reading, 'math', at, end + 2, inner);
    if (end < 0 && isDisplayed(inner)) pending.push({ kind: 'math', start: at, inner: '' });
  } else if (run === '$') {
    const found = readDollar(text, at);
    if (found.kind === 'formula')
      return take(reading, 'math', at, found.end, text.slice(at + 1, found.end - 1));
    if (found.kind === 'half') pending.push({ kind: 'math', start: at, inner: '' });
  }
  return at + run.length;
}
