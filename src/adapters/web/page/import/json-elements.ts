/**
 * Reads the elements of a JSON file one after another, in small steps: those of an array, or a single object. Of the
 * file, no more than one element is in memory. A file can hold anything, so an element that is too large or too deep
 * is passed over, and reading goes on behind it.
 */

export type JsonElement = { value: unknown } | { tooLarge: true };

export interface ElementReader {
  /** Reads on. Returns the elements that ended within `text`. @throws NotJson */
  push(text: string): JsonElement[];
  /** @throws NotJson if the file ends too early */
  end(): void;
}

/** The file is not JSON from here on. */
export class NotJson extends Error {
  override name = 'NotJson';
}

/**
 * Bounds of one element. Values and keys count together: ten thousand messages of ChatGPT are some 800,000. `entries` are
 * those of one list or object, which a browser moves all at once when it grows.
 */
export const ELEMENT_LIMITS = { values: 1_000_000, entries: 40_000, characters: 24_000_000, depth: 100 };
/** Characters of a number; longer ones are none. */
const NUMBER_CHARACTERS = 400;

type Container = { entries: number } & (
  | { array: unknown[] }
  | { object: Record<string, unknown>; key: string }
);
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

const ESCAPED = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }),
);
/** Characters of an escape such as `\u00e9`. */
const UNICODE_ESCAPE = 6;
const HEX = /^[\da-fA-F]{4}$/;
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  // Python writes these three, which JSON does not have.
  ['NaN', null],
  ['Infinity', null],
  ['-Infinity', null],
]);
const SPACE = /[ \t\n\r\ufeff]/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Characters after which a string or a structure goes on in another way. */
const QUOTE_OR_ESCAPE = /["\\]/g;
const STRUCTURE = /["[\]{}]/g;
const IN_WORD = /[\w-]/;
const NO_WORD = /[^\w+.-]/g;

/** The state of a reader between two characters. */
interface Reading {
  limits: typeof ELEMENT_LIMITS;
  /** Whether the file is an array. */
  isArray: boolean;
  stack: Container[];
  expected: Expected;
  /** The pieces of the string that is being read; undefined: none is. */
  pieces: string[] | undefined;
  /** The escape that was begun, such as `\` or `\u00`. */
  escape: string;
  /** The number or literal that is being read. */
  word: string;
  /** The open brackets of an element that is passed over; 0: none is. */
  passing: number;
  /** Values and characters of the element so far. */
  values: number;
  characters: number;
  found: JsonElement[];
}

export function createElementReader(limits = ELEMENT_LIMITS): ElementReader {
  const reading: Reading = {
    limits,
    isArray: false,
    stack: [],
    expected: 'value',
    pieces: undefined,
    escape: '',
    word: '',
    passing: 0,
    values: 0,
    characters: 0,
    found: [],
  };
  return {
    push(text) {
      reading.found = [];
      for (let at = 0; at < text.length; ) at = step(reading, text, at);
      return reading.found;
    },
    end() {
      if (reading.expected !== 'nothing' || reading.word !== '') fail();
    },
  };
}

function fail(): never {
  throw new NotJson();
}

/** Reads some characters from `at`. Returns the place behind them. */
function step(reading: Reading, text: string, at: number): number {
  if (reading.pieces) return readString(reading, reading.pieces, text, at);
  if (reading.passing > 0) return readPassing(reading, text, at);
  const character = text.charAt(at);
  if (reading.word !== '' || IN_WORD.test(character)) {
    if (reading.word === '') count(reading, 1);
    return reading.passing > 0 ? at : readWord(reading, text, at);
  }
  readStructure(reading, character);
  return at + 1;
}

/** Open brackets above an element. */
const base = ({ isArray }: Reading) => (isArray ? 1 : 0);

/** Counts a value of the element. */
function count(reading: Reading, characters: number): void {
  reading.values++;
  reading.characters += characters;
  const { limits } = reading;
  if (reading.values > limits.values || reading.characters > limits.characters) passOver(reading);
}

/** Drops the element, and looks for its end. Of a single value, such as a long string, only the beginning is kept. */
function passOver(reading: Reading): void {
  reading.passing = reading.stack.length - base(reading);
  reading.stack.length = base(reading);
  if (reading.pieces) reading.pieces = [];
}

function finishElement(reading: Reading, element: JsonElement): void {
  reading.found.push(element);
  reading.values = 0;
  reading.characters = 0;
}

function finish(reading: Reading, value: unknown): void {
  const into = reading.stack.at(-1);
  if (reading.stack.length === base(reading)) finishElement(reading, { value });
  else if (!into) fail();
  else if (++into.entries > reading.limits.entries) passOver(reading);
  else if ('array' in into) into.array.push(value);
  // The only key that would change an object's nature.
  else if (into.key !== '__proto__') into.object[into.key] = value;
  reading.expected = reading.stack.length === 0 ? 'nothing' : 'comma or end';
}

function begin(reading: Reading, container: Container): void {
  const { stack, limits } = reading;
  const isOfArray = 'array' in container;
  if (stack.length === 0 && isOfArray) reading.isArray = true;
  stack.push(container);
  reading.expected = isOfArray ? 'value or end' : 'key or end';
  const depth = stack.length - base(reading);
  if (depth > limits.depth) passOver(reading);
  else if (depth > 0) count(reading, 1);
}

function endContainer(reading: Reading, bracket: string): void {
  const container = reading.stack.pop() ?? fail();
  const isOfArray = 'array' in container;
  const empty = isOfArray ? 'value or end' : 'key or end';
  if (isOfArray !== (bracket === ']')) fail();
  if (reading.expected !== 'comma or end' && reading.expected !== empty) fail();
  if (reading.isArray && reading.stack.length === 0) reading.expected = 'nothing';
  else finish(reading, isOfArray ? container.array : container.object);
}

function readStructure(reading: Reading, character: string): void {
  const { expected, stack } = reading;
  const isValue = expected === 'value' || expected === 'value or end';
  if (SPACE.test(character)) return;
  if (character === '"') {
    if (!isValue && expected !== 'key' && expected !== 'key or end') fail();
    reading.pieces = [];
    count(reading, 0);
  } else if (character === '[' || character === '{') {
    if (!isValue) fail();
    begin(reading, character === '[' ? { entries: 0, array: [] } : { entries: 0, object: {}, key: '' });
  } else if (character === ']' || character === '}') endContainer(reading, character);
  else if (character === ',' && expected === 'comma or end') {
    reading.expected = 'array' in (stack.at(-1) ?? fail()) ? 'value' : 'key';
  } else if (character === ':' && expected === 'colon') reading.expected = 'value';
  else fail();
}

/** Reads within a string. */
function readString(reading: Reading, pieces: string[], text: string, at: number): number {
  if (reading.escape !== '') return readEscape(reading, pieces, text.charAt(at), at);
  QUOTE_OR_ESCAPE.lastIndex = at;
  const stop = QUOTE_OR_ESCAPE.exec(text)?.index ?? text.length;
  if (reading.passing === 0 && stop > at) {
    pieces.push(text.slice(at, stop));
    reading.characters += stop - at;
    if (reading.characters > reading.limits.characters) passOver(reading);
  }
  if (text[stop] === '\\') reading.escape = '\\';
  else if (text[stop] === '"') {
    reading.pieces = undefined;
    if (reading.passing === 0) endString(reading, pieces.join(''));
  }
  return stop + 1;
}

function readEscape(reading: Reading, pieces: string[], character: string, at: number): number {
  const begun = reading.escape + character;
  reading.escape = begun;
  if (begun.charAt(1) === 'u' && begun.length < UNICODE_ESCAPE) return at + 1;
  reading.escape = '';
  if (reading.passing > 0) return at + 1;
  const code = HEX.test(begun.slice(2)) ? Number.parseInt(begun.slice(2), 16) : undefined;
  pieces.push(code === undefined ? (ESCAPED.get(begun.slice(1)) ?? fail()) : String.fromCharCode(code));
  reading.characters++;
  return at + 1;
}

function endString(reading: Reading, text: string): void {
  const isKey = reading.expected === 'key' || reading.expected === 'key or end';
  const into = reading.stack.at(-1);
  if (!isKey) finish(reading, text);
  else if (into && 'object' in into) {
    into.key = text;
    reading.expected = 'colon';
  } else fail();
}

/** Reads a number or a literal. */
function readWord(reading: Reading, text: string, at: number): number {
  NO_WORD.lastIndex = at;
  const stop = NO_WORD.exec(text)?.index ?? text.length;
  reading.word += text.slice(at, stop);
  if (reading.word.length > NUMBER_CHARACTERS) fail();
  if (stop === text.length) return stop;
  const { word, expected } = reading;
  reading.word = '';
  if (expected !== 'value' && expected !== 'value or end') fail();
  if (LITERALS.has(word)) finish(reading, LITERALS.get(word));
  else finish(reading, NUMBER.test(word) ? Number(word) : fail());
  return stop;
}

/** Looks for the end of an element that is passed over. */
function readPassing(reading: Reading, text: string, at: number): number {
  STRUCTURE.lastIndex = at;
  const stop = STRUCTURE.exec(text)?.index ?? text.length;
  const character = text[stop];
  if (character === '"') reading.pieces = [];
  else if (character === '[' || character === '{') reading.passing++;
  else if (character !== undefined && --reading.passing === 0) {
    finishElement(reading, { tooLarge: true });
    reading.expected = reading.stack.length === 0 ? 'nothing' : 'comma or end';
  }
  return stop + 1;
}
