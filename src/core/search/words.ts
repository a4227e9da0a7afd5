/** Words of texts that are put into the index, and words that are searched for. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type Compound, compoundsIn, wordsIn } from './folding.ts';

/** Another folding, or other words of a text, is another version: the index is then filled again. */
export const WORDS_VERSION = 2;

/** One way to write what is searched for: a text has all of these. */
export interface WordForm {
  /** Whole words. */
  words: string[];
  /** The beginning of a word that a person has perhaps not typed to its end. */
  begins?: string;
}

/** A word that is searched for. A text has it in any of its forms. */
export interface QueryWord {
  forms: WordForm[];
}

export interface QueryWords {
  words: QueryWord[];
}

/** Characters that are cut into words at once: some milliseconds. Between two, the event loop gets its turn. */
const SLICE = 8_000;
/** Most different words of one text, and their characters. A tsvector of Postgres has less than 1 MB. */
const MOST_WORDS = 20_000;
const MOST_LETTERS = 250_000;
/** Characters and words that are read of a query. */
const QUERY_CHARACTERS = 300;
const QUERY_WORDS = 12;

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
  let letters = 0;
  for (const text of texts) {
    for (const { piece } of piecesOf(text)) {
      for (const { word } of wordsIn(piece)) {
        if (words.size >= MOST_WORDS || letters >= MOST_LETTERS) return words;
        if (!words.has(word)) letters += word.length;
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
  const words = new Map<string, QueryWord>();
  for (const compound of compoundsIn(text)) {
    if (words.size === QUERY_WORDS) break;
    const word = { forms: formsOf(compound, text.length) };
    words.set(JSON.stringify(word), word);
  }
  return words.size === 0 ? undefined : { words: [...words.values()] };
}

/** @param end the place where the query ends. A word there is perhaps not typed to its end */
function formsOf({ parts, joined, isElided }: Compound, end: number): WordForm[] {
  // Someone who types `l'école` or `keeper's` also looks for `une école` and `the keeper`.
  const long = isElided ? parts.filter(({ word }) => word.length > 1) : parts;
  const needed = long.length > 0 ? long : parts;
  return [...(joined ? [[joined]] : []), needed].map((found) => {
    const last = found.at(-1);
    // One letter begins too many words. One character of Chinese is often a word.
    const isBegun = last?.to === end && (last.word.length > 1 || last.word > '\u02ff');
    const words = new Set((isBegun ? found.slice(0, -1) : found).map(({ word }) => word));
    return { words: [...words], ...(isBegun && { begins: last.word }) };
  });
}
