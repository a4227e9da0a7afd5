/**
 * Turns the citations of an answer into links, while the answer is streamed. A model cites a source by its number, `[1]`,
 * or by its address; either becomes `[[1]](address)`, with the address of the source. Numbers without a source are
 * dropped. Code, formulas and the labels of other links stay as they are. Read again, the result stays the same.
 */

import type { Source } from '../step.ts';
import { type CitedPiece, readCitation } from './forms.ts';
import {
  isInFence,
  isLineStart,
  type LiteralText,
  readEnclosed,
  readMarks,
  type TextPlace,
} from './literal-text.ts';
import { sourceList } from './source-list.ts';
import { linkAddress, type SourceBook } from './sources.ts';

export interface Citations {
  /** Returns the text that is decided. The rest is held back, as far as it may be the beginning of a citation. */
  push(text: string): string;
  /** The end of one response; the next begins a line. Returns what was held back. */
  flush(): string;
  /** The end of the answer. Returns what was held back, and the list of the cited sources. */
  end(): string;
  /** In the order of their numbers. */
  cited(): Source[];
}

/** Beginnings of citations. The space before one goes if the citation is dropped. */
const CITATION = / ?(?:!?\[|(?<![\p{L}\p{N}_])\(\[|【|<|(?<![\p{L}\p{N}_])https?:\/\/)/gu;
const SPECIAL = new RegExp(`${CITATION.source}|[\`~$\\\\\\n]`, 'gu');
/** The end of a text that the next text may make a beginning of these. */
const TAIL = / ?(?:[!(]|(?<![\p{L}\p{N}_])(?:h|ht|htt|https?(?::\/?)?))?$/u;
const LONGEST_TAIL = ' https:/'.length;
const WORD_END = /[\p{L}\p{N}_]$/u;
/** Characters of a line that are kept to know where it begins. */
const LINE_BEGINNING = 80;
/** Characters before which a space of a dropped citation is one too many. */
const CLOSING = /[\s.,;:!?)\]}…。，、]/;

interface State {
  sources: SourceBook;
  held: string;
  /** The beginning of the line that is being read. */
  line: string;
  /** The last two characters that were read. */
  before: string;
  enclosure: LiteralText | undefined;
  /** Numbers of the citations right before this place. */
  adjacent: Set<number>;
  cited: Set<number>;
  /** The last two characters of the result. */
  ending: string;
}

/**
 * @param answer the answer so far, as this function made it before a crash
 */
export function createCitations(sources: SourceBook, answer = ''): Citations {
  const state: State = {
    sources,
    held: '',
    line: '',
    before: '',
    enclosure: undefined,
    adjacent: new Set(),
    cited: new Set(),
    ending: '',
  };
  const add = (text: string, isEnd: boolean) => {
    state.held += text;
    const shown = read(state, isEnd);
    state.ending = (state.ending + shown.slice(-2)).slice(-2);
    return shown;
  };
  const cited = () => sources.all().filter(({ number }) => state.cited.has(number));
  add(answer, true);
  return {
    push: (text) => add(text, false),
    flush: () => add('', true),
    end() {
      const rest = add('', true);
      if (isInFence(state.enclosure, state.line)) return rest;
      const list = sourceList(cited());
      if (list === '') return rest;
      return rest + '\n'.repeat(state.ending === '\n\n' ? 0 : state.ending.endsWith('\n') ? 1 : 2) + list;
    },
    cited,
  };
}

/** Takes from the held text what is decided, and returns it as it is shown. */
function read(state: State, isEnd: boolean): string {
  const { held: text } = state;
  const shown: string[] = [];
  let at = 0;
  /** The next candidate, which is looked for once: many short stretches of code can stand before it. */
  let candidate = -1;
  const take = (end: number) => {
    note(state, text, at, end);
    at = end;
  };
  while (at < text.length) {
    const place: TextPlace = { text, at, isEnd, line: state.line, before: state.before };
    if (state.enclosure) {
      const next = readEnclosed(place, state.enclosure, (from) => {
        if (candidate <= from) candidate = nextPlace(CITATION, place, from);
        return candidate;
      });
      if (!next) break;
      state.enclosure = next.enclosure;
      shown.push(text.slice(at, next.end));
      take(next.end);
      continue;
    }
    const start = nextPlace(SPECIAL, place, at);
    if (start > at) {
      shown.push(text.slice(at, start));
      state.adjacent.clear();
      take(start);
      continue;
    }
    const end = readSpecial(state, place, shown);
    if (end === undefined) break;
    take(end);
  }
  state.held = text.slice(at);
  if (isEnd) endParagraph(state);
  return shown.join('');
}

/** Only blocks of code go on in the next response. */
function endParagraph(state: State): void {
  if (isInFence(state.enclosure, state.line)) return;
  state.enclosure = undefined;
  state.line = '';
  state.before = '';
}

/** Reads what begins at a place, and adds it as it is shown. Returns its end; undefined: the next text decides. */
function readSpecial(state: State, place: TextPlace, shown: string[]): number | undefined {
  const { text, at, isEnd } = place;
  const character = text.charAt(at);
  if (character === '\n') {
    state.adjacent.clear();
    shown.push(character);
    return at + 1;
  }
  if ('`~$\\'.includes(character)) {
    const next = readMarks(place);
    if (!next) return undefined;
    state.adjacent.clear();
    state.enclosure = next.enclosure;
    shown.push(text.slice(at, next.end));
    return next.end;
  }
  const space = character === ' ' ? ' ' : '';
  const from = at + space.length;
  if (from >= text.length && !isEnd) return undefined;
  const found = readCitation(
    { text, isEnd, sources: state.sources, isLineStart: isLineStart(state.line) },
    from,
  );
  if (found === 'more') return undefined;
  // Without sources, numbers in brackets are no citations.
  if (found === undefined || 'raw' in found || state.sources.isEmpty()) {
    const end = found?.end ?? Math.min(from + 1, text.length);
    state.adjacent.clear();
    shown.push(text.slice(at, end));
    return end;
  }
  shown.push(cite(state, found, space, text.charAt(found.end)));
  return found.end;
}

/** A citation as it is shown. */
function cite(
  state: State,
  { numbers, words }: Extract<CitedPiece, { words: string }>,
  space: string,
  after: string,
): string {
  if (space !== '' || words !== '') state.adjacent.clear();
  let links = '';
  for (const number of numbers) {
    const source = state.sources.withNumber(number);
    const address = source && linkAddress(source);
    if (address === undefined || state.adjacent.has(number)) continue;
    state.adjacent.add(number);
    state.cited.add(number);
    links += `[[${number}]](${address})`;
  }
  if (words !== '') return `${space}${words}${links && ` ${links}`}`;
  if (links !== '') return space + links;
  return after === '' || CLOSING.test(after) ? '' : space;
}

/** Notes where in its line the reading stands. */
function note(state: State, text: string, from: number, end: number): void {
  if (end === from) return;
  const taken = text.slice(from, end);
  const lineFeed = taken.lastIndexOf('\n');
  if (lineFeed >= 0) state.line = taken.slice(lineFeed + 1, lineFeed + 1 + LINE_BEGINNING);
  else if (state.line.length < LINE_BEGINNING)
    state.line += taken.slice(0, LINE_BEGINNING - state.line.length);
  state.before = (state.before + text.slice(Math.max(from, end - 2), end)).slice(-2);
}

/**
 * The next place where the pattern matches, or where the next text may make it match.
 * @param before the characters before `from`
 */
function nextPlace(pattern: RegExp, { text, isEnd, before }: TextPlace, from: number): number {
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const isWithinWord = match.index === from && /^(?:h|\()/.test(match[0]) && WORD_END.test(before);
    if (!isWithinWord) return match.index;
    pattern.lastIndex = from + 1;
  }
  if (isEnd) return text.length;
  // Two characters more, for the one before the tail.
  const tail = TAIL.exec(text.slice(Math.max(from, text.length - LONGEST_TAIL - 2)))?.[0] ?? '';
  const isWithinWord = tail.startsWith('h') && text.length - tail.length === from && WORD_END.test(before);
  return text.length - (isWithinWord ? 0 : tail.length);
}
