/** Reads the forms in which models cite: numbers in brackets, links, and bare addresses. */
import { looksLikeAddress } from '../../../text/shown-host.ts';
import { linkAddress, type SourceBook } from './sources.ts';

/** A text, and whether it ends there. */
export interface CitationReading {
  text: string;
  isEnd: boolean;
  /** Whether only white space and marks of quotes and lists stand before this place in its line. */
  isLineStart: boolean;
  sources: SourceBook;
}

/**
 * A citation: the numbers of its sources, which are none where it is to be dropped, behind the words that stay. A
 * `raw` piece stays as it is.
 */
export type CitedPiece = { end: number } & ({ numbers: number[]; words: string } | { raw: true });
/** `more`: the next text decides. Undefined: the text at this place is neither. */
export type Found = CitedPiece | 'more' | undefined;

const LONGEST_LABEL = 300;
const LONGEST_ADDRESS = 2_040;
const LONGEST_GROUP = 6_000;
const DEEPEST = 4;
/** Higher numbers are years and the like. */
const NUMBER = '[1-9]\\d{0,2}';
const LIST = new RegExp(
  `^\\s*\\^?(?:sources?:?\\s+)?(${NUMBER}(?:\\s{0,3}(?:[,;&]|[-–—‑])\\s{0,3}\\^?${NUMBER}){0,30})\\s*(?:†.*)?$`,
  'i',
);
const INNER_LIST = new RegExp(`^\\[\\^?${NUMBER}\\](?:[,;\\s]{0,3}\\[\\^?${NUMBER}\\]){0,30}$`);
const RANGE = new RegExp(`(${NUMBER})(?:\\s{0,3}[-–—‑]\\s{0,3}\\^?(${NUMBER}))?`, 'g');
const WIDEST_RANGE = 20;
const INNER_NUMBER = new RegExp(`\\s?\\[\\^?${NUMBER}\\]`, 'g');

/** Reads what an opening bracket, parenthesis or angle, or an address, begins. */
export function readCitation(reading: CitationReading, at: number): Found {
  switch (reading.text[at]) {
    case '[':
    case '!':
      return readBrackets(reading, at);
    case '(':
      return readGroup(reading, at);
    case '【':
      return readLenticular(reading, at);
    case '<':
      return readAngle(reading, at);
    default:
      return readAddress(reading, at);
  }
}

/** `[1]`, `[1, 2]`, `[title](address)`, `[title][1]`, and a line `[1]: address`. */
function readBrackets(reading: CitationReading, at: number): Found {
  const { text, isEnd } = reading;
  const isImage = text[at] === '!';
  const open = isImage ? at + 1 : at;
  const close = closing(reading, open);
  if (close === 'more' || close === undefined) return close;
  const after = text[close + 1];
  if (after === undefined && !isEnd) return 'more';
  const label = text.slice(open + 1, close);
  if (after === '(') {
    const target = readTarget(reading, close + 1);
    if (target === 'more') return 'more';
    if (target) return linkTo(reading, target, label, isImage);
  }
  if (isImage) return undefined;
  const numbers = numbersIn(label);
  if (numbers) {
    const definition =
      after === ':' && reading.isLineStart ? readDefinition(reading, numbers, close + 2) : undefined;
    return definition ?? { end: close + 1, numbers: existing(numbers, reading), words: '' };
  }
  return after === '[' ? readReference(reading, close + 1, label) : undefined;
}

/** The index of the bracket that ends a label. */
function closing({ text, isEnd }: CitationReading, open: number): number | 'more' | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (at - open > LONGEST_LABEL) return undefined;
    const character = text[at];
    if (character === '\n') return undefined;
    if (character === '\\') at++;
    else if (character === '[' && ++depth > DEEPEST) return undefined;
    else if (character === ']' && --depth === 0) return at;
  }
  return isEnd ? undefined : 'more';
}

/** The address of a link, behind its label. */
function readTarget(
  { text, isEnd }: CitationReading,
  open: number,
): { end: number; url: string } | 'more' | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (at - open > LONGEST_ADDRESS) return undefined;
    const character = text[at];
    if (character === '\n') return undefined;
    if (character === '\\') at++;
    else if (character === '(' && ++depth > DEEPEST) return undefined;
    else if (character === ')' && --depth === 0) {
      const inner = text.slice(open + 1, at).trim();
      const [, url = ''] = /^(<[^<>]*>|\S*)(?:\s+["'(].*)?$/.exec(inner) ?? [];
      return url === '' ? undefined : { end: at + 1, url: url.replace(/^<|>$/g, '') };
    }
  }
  return isEnd ? undefined : 'more';
}

function linkTo(
  reading: CitationReading,
  { end, url }: { end: number; url: string },
  label: string,
  isImage: boolean,
): Found {
  if (end === reading.text.length && !reading.isEnd) return 'more';
  const source = reading.sources.withAddress(url);
  if (source) {
    const words = isSaid(label, url, source.title) ? label.replace(INNER_NUMBER, '').trim() : '';
    return { end, numbers: existing([source.number], reading), words };
  }
  const numbers = isImage ? undefined : numbersIn(label);
  // The model wrote the address itself, so only its number counts.
  if (numbers) return { end, numbers: existing(numbers, reading), words: '' };
  return { end, raw: true };
}

/** Whether a link's label says more than its source: `the manual`, but neither `3`, `example.com` nor the page's title. */
function isSaid(label: string, url: string, title: string): boolean {
  const words = label.trim().toLowerCase();
  if (words === '' || words === title.trim().toLowerCase() || words === url.toLowerCase()) return false;
  return !numbersIn(label) && !looksLikeAddress(label);
}

/** `[title][1]`, with the label from `open`. */
function readReference(reading: CitationReading, open: number, words: string): Found {
  const close = closing(reading, open);
  if (close === 'more') return 'more';
  const numbers = close === undefined ? undefined : numbersIn(reading.text.slice(open + 1, close));
  if (close === undefined || !numbers) return undefined;
  const found = existing(numbers, reading);
  return found.length > 0 ? { end: close + 1, numbers: found, words } : undefined;
}

const DEFINITION = /^<?(https?:\/\/[^\s<>]+)>?(?:\s["'(].*)?$/;
const HALF_DEFINITION = /^<?(?:h|ht|htt|https?(?::\/?)?|https?:\/\/.*)?$/;

/** A line that gives a number its address. It is dropped, since Parley lists the sources itself. */
function readDefinition({ text, isEnd, sources }: CitationReading, numbers: number[], at: number): Found {
  const lineFeed = text.indexOf('\n', at);
  const end = lineFeed < 0 ? text.length : lineFeed;
  if (end - at > LONGEST_ADDRESS) return undefined;
  const target = text.slice(at, end).trim();
  if (lineFeed < 0 && !isEnd) return HALF_DEFINITION.test(target) ? 'more' : undefined;
  const [, url] = DEFINITION.exec(target) ?? [];
  if (url === undefined) return undefined;
  const isKnown = numbers.some((number) => sources.withNumber(number)) || sources.withAddress(url);
  return isKnown ? { end: Math.min(end + 1, text.length), numbers: [], words: '' } : undefined;
}

/**
 * `([title](address))` and `([1], [2])`: the parentheses go, too. A group of other links waits for its end as well: some
 * providers tell of a page right after they cited it.
 */
function readGroup(reading: CitationReading, at: number): Found {
  const { text, isEnd } = reading;
  const numbers: number[] = [];
  let hasOther = false;
  for (let next = at + 1; next - at < LONGEST_GROUP; ) {
    if (next >= text.length && !isEnd) return 'more';
    if (text[next] !== '[') return undefined;
    const found = readBrackets({ ...reading, isLineStart: false }, next);
    if (found === 'more' || found === undefined) return found;
    if ('raw' in found) hasOther = true;
    else numbers.push(...found.numbers);
    next = found.end;
    const between = matchAt(/[,;]?[ \t]{0,2}/y, text, next)?.[0] ?? '';
    if (next + between.length >= text.length && !isEnd) return 'more';
    if (text[next] === ')') {
      const group = afterwards(reading, next + 1, numbers);
      return group === 'more' || !hasOther ? group : undefined;
    }
    next += between.length;
  }
  return undefined;
}

const LENTICULAR = /【([^【】\n]{0,60})】/y;
const HALF_LENTICULAR = /【[^【】\n]{0,60}$/y;

/** `【1†source】`, as OpenAI's models were trained to cite. */
function readLenticular(reading: CitationReading, at: number): Found {
  const { text, isEnd } = reading;
  if (!isEnd && matchAt(HALF_LENTICULAR, text, at)) return 'more';
  const found = matchAt(LENTICULAR, text, at);
  if (!found) return undefined;
  const [all, inner = ''] = found;
  const numbers = /^\s*\d+:\d+†/.test(inner) ? [] : numbersIn(inner);
  return numbers && afterwards(reading, at + all.length, existing(numbers, reading));
}

const AUTOLINK = /<(https?:\/\/[^\s<>|]{1,2040})(?:\|[^<>\n]{0,300})?>/iy;
/** Tags that can hold an address. */
const TAG = /<\/?(?:a|img|video|audio|source|iframe|embed|object|link)(?:\s[^<>\n]{0,2040})?>/iy;
const HALF_ANGLE =
  /<(?:\/?[a-z]{0,8}|https?(?::\/?)?|https?:\/\/[^\s<>|]{0,2040}(?:\|[^<>\n]{0,300})?|\/?(?:a|img|video|audio|source|iframe|embed|object|link)\s[^<>\n]{0,2040})$/iy;

/** `<address>`. Tags with addresses stay as they are. */
function readAngle(reading: CitationReading, at: number): Found {
  const { text, isEnd } = reading;
  if (!isEnd && matchAt(HALF_ANGLE, text, at)) return 'more';
  const link = matchAt(AUTOLINK, text, at);
  if (!link) {
    const tag = matchAt(TAG, text, at);
    return tag ? { end: at + tag[0].length, raw: true } : undefined;
  }
  const end = at + link[0].length;
  if (end === text.length && !isEnd) return 'more';
  const source = reading.sources.withAddress(link[1] ?? '');
  return source ? { end, numbers: existing([source.number], reading), words: '' } : { end, raw: true };
}

/** An address as text: without white space, marks of Markdown, and the punctuation of Chinese and Japanese. */
const ADDRESS = /https?:\/\/[^\s<>"`|[\]{}\\^、。，；：！？「」『』（）【】《》]{0,2040}/y;
const CLOSING_MARK = /[.,;:!?'*_~]/;

function readAddress(reading: CitationReading, at: number): Found {
  const { text, isEnd } = reading;
  const [address] = matchAt(ADDRESS, text, at) ?? [];
  // The text ends with a part of `https://`.
  if (address === undefined) return 'more';
  if (address.length >= LONGEST_ADDRESS) return { end: at + LONGEST_ADDRESS, raw: true };
  if (at + address.length === text.length && !isEnd) return 'more';
  let length = address.length;
  let open = address.split('(').length - address.split(')').length;
  for (; length > 0; length--) {
    const last = address[length - 1] ?? '';
    if (last === ')' && open < 0) open++;
    else if (!CLOSING_MARK.test(last)) break;
  }
  const source = reading.sources.withAddress(address.slice(0, length));
  return source
    ? { end: at + length, numbers: existing([source.number], reading), words: '' }
    : { end: at + address.length, raw: true };
}

/** The next character decides whether the space before a dropped citation goes, too. */
const afterwards = ({ text, isEnd }: CitationReading, end: number, numbers: number[]): Found =>
  end === text.length && !isEnd ? 'more' : { end, numbers, words: '' };

/** Those numbers of which people can open the source. */
const existing = (numbers: number[], { sources }: Pick<CitationReading, 'sources'>) =>
  numbers.filter((number) => {
    const source = sources.withNumber(number);
    return source && linkAddress(source) !== undefined;
  });

/** The numbers that a label consists of. */
function numbersIn(label: string): number[] | undefined {
  const inner = INNER_LIST.test(label.trim()) ? label : LIST.exec(label)?.[1];
  if (inner === undefined) return undefined;
  return [...inner.matchAll(RANGE)].flatMap(([, first = '', last = first]) => {
    const [from, to] = [Number(first), Number(last)];
    if (to < from || to - from > WIDEST_RANGE) return [from, to];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
