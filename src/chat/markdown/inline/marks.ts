/** Marks around text, such as `**bold**`. */

export interface Mark {
  mark: string;
  start: number;
  /** The place after its closing mark; the text's end where it has none. */
  end: number;
  closed: boolean;
}

/** The marks of a text as far as it is read. */
export interface OpenMarks {
  readonly text: string;
  closed: Mark[];
  open: Mark[];
}

/** Only one mark of a kind is open at a time: nested in itself it would mean nothing, and few must be closed. */
const KINDS = new Set(['**', '*', '__', '_', '~~']);
const WORD = /[\p{L}\p{N}]/u;

/** Takes a run of mark characters; ignores a run that is no mark. */
export function readMarks(marks: OpenMarks, run: string, at: number): void {
  if (run !== '***' && !KINDS.has(run)) return;
  const before = marks.text.charAt(at - 1);
  const after = marks.text.charAt(at + run.length);
  const opens = after.trim() !== '';
  const closes = before.trim() !== '';
  if (run === '***') both(marks, at, opens, closes);
  else {
    const isOutsideWords = run[0] === '_';
    const opensHere = opens && !(isOutsideWords && WORD.test(before));
    toggle(marks, run, at, opensHere, closes && !(isOutsideWords && WORD.test(after)));
  }
}

/** Forgets marks from this place on, which turned out to be in a link. */
export function dropMarks(marks: OpenMarks, start: number): void {
  while ((marks.closed.at(-1)?.start ?? -1) >= start) marks.closed.pop();
  marks.open = marks.open.filter((mark) => mark.start < start);
}

/** Sorts marks by their start. */
export function allMarks({ closed, open }: OpenMarks): Mark[] {
  const all = open.length === 0 ? closed : [...closed, ...open];
  return all.length < 2 ? all : all.toSorted((a, b) => a.start - b.start);
}

function openStart({ open }: OpenMarks, kind: string): number {
  return open.find(({ mark }) => mark === kind)?.start ?? -1;
}

function toggle(marks: OpenMarks, mark: string, at: number, opens: boolean, closes: boolean): void {
  const start = openStart(marks, mark);
  if (start >= 0 && closes) {
    marks.open = marks.open.filter((other) => other.mark !== mark);
    marks.closed.push({ mark, start, end: at + mark.length, closed: true });
  } else if (start < 0 && opens) {
    marks.open.push({ mark, start: at, end: marks.text.length, closed: false });
  }
}

/** `***` is two marks. They close open marks in the order of nesting. */
function both(marks: OpenMarks, at: number, opens: boolean, closes: boolean): void {
  const isItalicInside = openStart(marks, '*') > openStart(marks, '**');
  const order = isItalicInside ? ['*', '**'] : ['**', '*'];
  let offset = 0;
  for (const mark of order) {
    toggle(marks, mark, at + offset, opens, closes);
    offset += mark.length;
  }
}
