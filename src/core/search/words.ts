/**
 * Words of texts, the same for what is searched and what is searched for. `Intl.Segmenter` also finds the words of
 * languages that put no spaces between them, such as Japanese, Chinese and Thai.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** A word in a text, folded, with its place there in UTF-16 units. */
export interface FoundWord {
  word: string;
  from: number;
  to: number;
}

/** Words that are searched for. */
export interface QueryWords {
  /** Whole words. */
  words: string[];
  /** The beginning of a word that a person has perhaps not typed to its end. */
  begins?: string;
}

/** Characters that are cut into words at once: some milliseconds. Between two, the event loop gets its turn. */
const SLICE = 8_000;
/** Longest word, in characters. Of longer ones the beginning counts. */
const MOST_CHARACTERS = 64;
/** Most different words of one text. */
const MOST_WORDS = 20_000;
/** Characters and words that are read of a query. */
const QUERY_CHARACTERS = 300;
const QUERY_WORDS = 12;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
const ACCENTS = /[\u0300-\u036f]/g;

/** The same for a word with and without capitals, accents and wide letters. */
export function folded(word: string): string {
  return word
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();
}

/** The words of a text in their order, from a place on. */
export function* wordsIn(text: string, offset = 0): Generator<FoundWord> {
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike) continue;
    yield { word: folded(segment), from: offset + index, to: offset + index + segment.length };
  }
}

/** The pieces that a text is cut into words by, each ending at white space if it has some. */
export function* piecesOf(text: string): Generator<{ piece: string; offset: number }> {
  for (let offset = 0; offset < text.length; ) {
    let piece = text.slice(offset, offset + SLICE);
    if (offset + SLICE < text.length) {
      const space = piece.search(/\s\S*$/);
      if (space > 0) piece = piece.slice(0, space + 1);
    }
    yield { piece, offset };
    offset += piece.length;
  }
}

/** The different words of some texts. */
export async function differentWords(texts: string[]): Promise<Set<string>> {
  const words = new Set<string>();
  for (const text of texts) {
    for (const { piece } of piecesOf(text)) {
      for (const { word } of wordsIn(piece)) {
        if (words.size >= MOST_WORDS) return words;
        words.add(word);
      }
      await turnOfTheLoop();
    }
  }
  return words;
}

/** Undefined: there is no word in it. */
export function queryWords(query: string): QueryWords | undefined {
  const text = query.slice(0, QUERY_CHARACTERS).toWellFormed();
  const found = [...wordsIn(text)].slice(0, QUERY_WORDS);
  const last = found.at(-1);
  if (!last) return undefined;
  // One letter begins too many words. One character of Chinese is often a word.
  const isBegun = last.to === text.length && (last.word.length > 1 || last.word > '\u02ff');
  const words = new Set((isBegun ? found.slice(0, -1) : found).map(({ word }) => word));
  return { words: [...words], ...(isBegun && { begins: last.word }) };
}

export const isHit = (word: string, { words, begins }: QueryWords) =>
  words.includes(word) || (begins !== undefined && word.startsWith(begins));
