/** Pairs runs of `*`, `_` and `~~`: CommonMark's delimiter algorithm, in linear time. */
import { characterAt, characterBefore, isCjk, isPunctuation, isSpace } from './characters.ts';
import type { MarkTag } from './inline-nodes.ts';

export interface DelimiterRun {
  type: 'run';
  mark: string;
  /** Number of characters. */
  length: number;
  /** Characters not used as a mark so far; they are shown unless they become one. */
  left: number;
  opens: boolean;
  closes: boolean;
  /** Elements that end here, innermost first. */
  closing: MarkTag[];
  /** Elements that begin here, innermost first. */
  opening: MarkTag[];
}

/** The run of a mark at `at`; null for plain text, such as a single `~`. */
export function runAt(text: string, at: number): DelimiterRun | null {
  const mark = text.charAt(at);
  let end = at + 1;
  while (text.charAt(end) === mark) end++;
  const length = end - at;
  if (mark === '~' && length !== 2) return null;
  const [before, after] = [characterBefore(text, at), characterAt(text, end)];
  return {
    type: 'run',
    mark,
    length,
    left: length,
    ...sidesOf(mark, length, before, after),
    closing: [],
    opening: [],
  };
}

/**
 * CommonMark 0.31, "left-flanking" and "right-flanking", with two changes. Next to Chinese, Japanese and
 * Korean, a mark may stand between punctuation and a letter (github.com/tats-u/markdown-cjk-friendly). `**` and
 * `~~` may do so everywhere, as in `**Note:**text`, which models write.
 */
function sidesOf(
  mark: string,
  length: number,
  before: string,
  after: string,
): { opens: boolean; closes: boolean } {
  const left = !isSpace(after);
  const right = !isSpace(before);
  if (mark === '~' || (mark === '*' && length >= 2)) return { opens: left, closes: right };
  const [dotBefore, dotAfter] = [isPunctuation(before), isPunctuation(after)];
  const [looseBefore, looseAfter] = [
    isSpace(before) || dotBefore || isCjk(before),
    isSpace(after) || dotAfter || isCjk(after),
  ];
  const isLeft = left && (!dotAfter || isCjk(after) || looseBefore);
  const isRight = right && (!dotBefore || isCjk(before) || looseAfter);
  if (mark === '*') return { opens: isLeft, closes: isRight };
  return { opens: isLeft && (!isRight || dotBefore), closes: isRight && (!isLeft || dotAfter) };
}

/** Pairs the runs, in place. */
export function pairRuns(runs: DelimiterRun[]): void {
  const openers: DelimiterRun[] = [];
  /** Number of openers known not to fit, by kind of closer. */
  const unfit = new Map<string, number>();
  const cutTo = (height: number) => {
    openers.length = height;
    for (const [kind, below] of unfit) if (below > height) unfit.set(kind, height);
  };
  for (const run of runs) {
    const kind = `${run.mark}${run.opens}${run.length % 3}`;
    while (run.closes && run.left > 0) {
      const at = lastFitting(openers, run, unfit.get(kind) ?? 0);
      const opener = openers[at];
      if (!opener) {
        unfit.set(kind, openers.length);
        break;
      }
      pair(opener, run);
      cutTo(opener.left > 0 ? at + 1 : at);
    }
    if (run.opens && run.left > 0) openers.push(run);
  }
}

function lastFitting(openers: DelimiterRun[], closer: DelimiterRun, from: number): number {
  for (let at = openers.length - 1; at >= from; at--) {
    const opener = openers[at];
    if (opener && opener.mark === closer.mark && fits(opener, closer)) return at;
  }
  return -1;
}

/** CommonMark's "multiple of 3" rule: a run that can both open and close fits fewer runs. */
function fits(opener: DelimiterRun, closer: DelimiterRun): boolean {
  if (closer.mark === '~' || !(opener.closes || closer.opens)) return true;
  return (opener.length + closer.length) % 3 !== 0 || (opener.length % 3 === 0 && closer.length % 3 === 0);
}

function pair(opener: DelimiterRun, closer: DelimiterRun): void {
  const used = opener.left >= 2 && closer.left >= 2 ? 2 : 1;
  opener.opening.push(tagOf(opener.mark, used));
  closer.closing.push(tagOf(opener.mark, used));
  opener.left -= used;
  closer.left -= used;
}

/** Opens every mark that could open here without an end: the text is still being written. */
export function openAll(run: DelimiterRun): void {
  while (run.opens && run.left > 0) {
    const used = Math.min(run.left, 2);
    run.opening.push(tagOf(run.mark, used));
    run.left -= used;
  }
}

function tagOf(mark: string, used: number): MarkTag {
  if (mark === '~') return 'del';
  return used === 2 ? 'strong' : 'em';
}
