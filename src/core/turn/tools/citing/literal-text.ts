/** Code and formulas, in which nothing is a citation. */

/** A stretch of text that stays as it is up to its closer, or up to the place where it turns out to be none. */
export type LiteralText =
  /** Closed by a line of at least as many marks. */
  | { kind: 'fence'; mark: string; length: number; isFirstLine: boolean }
  /** `closer`: for a code span, its run of backticks. */
  | { kind: 'span' | 'dollar'; closer: string }
  | { kind: 'math'; closer: '$$' | '\\)' | '\\]' };

/** A place in a text. */
export interface TextPlace {
  text: string;
  at: number;
  /** Whether nothing follows the text. */
  isEnd: boolean;
  /** The beginning of its line, up to this place. */
  line: string;
  /** The two characters before this place. */
  before: string;
}

/** The next part of a text, and the enclosure behind it. */
export interface Stretch {
  end: number;
  enclosure: LiteralText | undefined;
}

/** Marks of quotes and lists before the first word of a line. */
const LINE_START = /^(?:[-*+]|\d{1,9}[.)]){0,3}$/;
export const isLineStart = (line: string) => LINE_START.test(line.replace(/[ \t>]/g, ''));
const isBlank = (line: string) => /^[ \t\r]*$/.test(line);

/** Most marks of a run; more are read as another run. */
const LONGEST_RUN = 64;
/** Characters behind a possible citation within which code or a formula has to end. */
const LONGEST_WAIT = { span: 500, math: 500, dollar: 200 };

/** Reads the marks at a place, and what they open, if anything. Undefined: the next text decides. */
export function readMarks(place: TextPlace): Stretch | undefined {
  const { text, at, isEnd, line } = place;
  const mark = text.charAt(at);
  if (mark === '\\') {
    const next = text.charAt(at + 1);
    if (next === '' && !isEnd) return undefined;
    const closer = next === '(' ? '\\)' : next === '[' ? '\\]' : undefined;
    // A line feed is read by itself, since lines are told apart by it.
    const end = at + (next === '' || next === '\n' ? 1 : 2);
    return { end, enclosure: closer === undefined ? undefined : { kind: 'math', closer } };
  }
  const end = runEnd(text, at);
  const length = end - at;
  if (end === text.length && length < LONGEST_RUN && !isEnd) return undefined;
  if (mark === '$') return { end, enclosure: openedByDollars(place, end) };
  if (length >= 3 && isLineStart(line))
    return { end, enclosure: { kind: 'fence', mark, length, isFirstLine: true } };
  return { end, enclosure: mark === '`' ? { kind: 'span', closer: text.slice(at, end) } : undefined };
}

function runEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] === text[at] && end - at < LONGEST_RUN) end++;
  return end;
}

/** Prices are no formulas: one within a line begins with neither a digit nor a space. */
function openedByDollars({ text, at, before }: TextPlace, end: number): LiteralText | undefined {
  if (end - at === 2) return { kind: 'math', closer: '$$' };
  const isFormula = end - at === 1 && /^[^\s\d.,]/.test(text.charAt(end)) && !/[\p{L}\p{N}]$/u.test(before);
  return isFormula ? { kind: 'dollar', closer: '$' } : undefined;
}

/**
 * Reads on in an enclosure. From a place on that would be a citation elsewhere, it waits for the enclosure's end: if there
 * is none, the text from there on is read as text, and the stretch has no length. Undefined: the next text decides.
 * @param nextCandidate the index of the next such place, or of one that the next text may make one
 */
export function readEnclosed(
  place: TextPlace,
  enclosure: LiteralText,
  nextCandidate: (from: number) => number,
): Stretch | undefined {
  if (enclosure.kind === 'fence') return readFence(place, enclosure);
  const { text, at, isEnd } = place;
  const candidate = Math.min(nextCandidate(at), isEnd ? text.length : tailStart(text, at));
  if (candidate > at) {
    const found = findEnd(place, enclosure, candidate);
    return found ? { end: found.at, enclosure: undefined } : { end: candidate, enclosure };
  }
  const most = at + LONGEST_WAIT[enclosure.kind];
  const found = findEnd(place, enclosure, most);
  if (found) return { end: found.isClosed ? found.at : at, enclosure: undefined };
  // The run of marks at the limit has to be whole, too.
  if (text.length > most + LONGEST_RUN) return { end: most, enclosure };
  return isEnd ? { end: at, enclosure: undefined } : undefined;
}

type Fence = Extract<LiteralText, { kind: 'fence' }>;

function readFence({ text, at, line }: TextPlace, fence: Fence): Stretch {
  const lineFeed = text.indexOf('\n', at);
  const end = lineFeed < 0 ? text.length : lineFeed;
  if (fence.isFirstLine && fence.mark === '`') {
    const mark = text.indexOf('`', at);
    // The rest of a fence's first line has no backticks (CommonMark 4.5).
    if (mark >= 0 && mark < end)
      return { end: mark, enclosure: { kind: 'span', closer: '`'.repeat(fence.length) } };
  }
  if (lineFeed < 0) return { end, enclosure: fence };
  const isClosed = !fence.isFirstLine && closes(line + text.slice(at, end), fence);
  return { end: end + 1, enclosure: isClosed ? undefined : { ...fence, isFirstLine: false } };
}

function closes(line: string, { mark, length }: Fence): boolean {
  const marks = line.replace(/^[ \t>]+/, '').trimEnd();
  return marks.length >= length && marks === mark.repeat(marks.length);
}

/** Whether the text up to here ends within a block of code. */
export const isInFence = (enclosure: LiteralText | undefined, line: string) =>
  enclosure?.kind === 'fence' && (enclosure.isFirstLine || !closes(line, enclosure));

const ENDS = {
  span: /`{1,64}|\n/g,
  dollar: /\\[^\n]|\$|\n/g,
  $$: /\$\$|\n/g,
  '\\)': /\\\)|\n/g,
  '\\]': /\\\]|\n/g,
};

/**
 * The place before `most` where the enclosure is closed, or where it turns out to be none. Undefined: none as far as the
 * text shows.
 */
function findEnd(
  place: TextPlace,
  enclosure: Exclude<LiteralText, Fence>,
  most: number,
): { at: number; isClosed: boolean } | undefined {
  const { text, at, isEnd, line } = place;
  const { kind, closer } = enclosure;
  const pattern = ENDS[kind === 'math' ? closer : kind];
  pattern.lastIndex = at;
  let [lineStart, lineBefore] = [at, line];
  for (let match = pattern.exec(text); match && match.index < most; match = pattern.exec(text)) {
    const { 0: found, index } = match;
    const end = index + found.length;
    if (found === '\n') {
      // A formula of several lines has no blank one.
      if (kind !== 'math' || isBlank(lineBefore + text.slice(lineStart, index)))
        return { at: index, isClosed: false };
      [lineStart, lineBefore] = [end, ''];
      continue;
    }
    if (found !== closer) continue;
    if (end === text.length && !isEnd) return undefined;
    if (kind === 'dollar' && !closesFormula(place, index)) return { at: index, isClosed: false };
    return { at: end, isClosed: true };
  }
  return undefined;
}

/** As pandoc does: a closing dollar sign has no space before it, and no letter, digit or dollar sign behind it. */
function closesFormula({ text, at, before }: TextPlace, index: number): boolean {
  const last = index > at ? text.charAt(index - 1) : before;
  return /\S$/.test(last) && !/[\p{L}\p{N}$]/u.test(text.charAt(index + 1));
}

/** Where marks begin that the next text may complete. */
function tailStart(text: string, at: number): number {
  const last = text.at(-1);
  if (last === undefined || !'`$\\'.includes(last)) return text.length;
  let start = text.length;
  while (start > at && text[start - 1] === last) start--;
  return text.length - ((text.length - start) % LONGEST_RUN);
}
