/**
 * Words of a text, the same however they are typed. The index, the search and the page cut and fold texts with these
 * functions. `Intl.Segmenter` also finds the words of languages that put no spaces between them, such as Japanese,
 * Chinese and Thai.
 */

/** A word in a text, folded, with its place there in UTF-16 units. */
export interface FoundWord {
  word: string;
  from: number;
  to: number;
}

/** Parts of one word that apostrophes, hyphens or dots hold together; mostly there is just one. */
export interface Compound {
  parts: FoundWord[];
  /** The parts as one word, if there are several: `keepers` of `keeper’s`. */
  joined?: FoundWord;
  /** An apostrophe holds parts together. */
  isElided: boolean;
}

/** Longest word, in characters. Of longer ones the beginning counts. */
const MOST_CHARACTERS = 64;
/** Parts of a compound that are also found as one word. */
const MOST_PARTS = 6;

/**
 * Marks that people leave out: accents, Hebrew points, Arabic vowels and tatweel. Marks of other scripts are letters of
 * theirs, such as vowels of Hindi and the two dots of か.
 */
const MARKS = new RegExp(
  `[${[
    '\\u0300-\\u036f\\u0483-\\u0489',
    '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7',
    '\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u08d3-\\u08ff',
    '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f',
  ].join('')}]`,
  'g',
);
/** Characters without a shape: soft hyphens, joiners, directions, variation selectors. */
const SHAPELESS = /\p{Default_Ignorable_Code_Point}/gu;
/** Letters that Unicode does not take apart. The Arabic and Persian ones are those of Lucene's normalizers. */
const LETTERS = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ς', 'σ'],
  ['ة', 'ه'],
  ['ى', 'ي'],
  ['ی', 'ي'],
  ['ک', 'ك'],
]);
const ALONE = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g');

const APOSTROPHES = "'’‘‛ʼʻʹ′＇`´׳";
const HYPHENS = '\\-‐‑⁃−﹣－֊־';
/** Between parts also: a zero-width space, a middle dot (Catalan), a gershayim (Hebrew). */
const LINK = new RegExp(`^[${APOSTROPHES}${HYPHENS}\u200b·‧״]$`, 'u');
const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`, 'u');
const PART = /[\p{L}\p{M}\p{N}\p{Default_Ignorable_Code_Point}]+/gu;
/** Letters that are also typed as apostrophes. */
const LETTER_APOSTROPHES = /[ʼʻʹ]/g;
/** A word without apostrophes and the like, or a number such as 9.99. */
const WHOLE = /^(?:[\p{L}\p{M}\p{N}]+|\p{N}+(?:[.,]\p{N}+)+)$/u;
const PLAIN = /^[a-z0-9]{1,64}$/i;
const WIDE = /[\uff01-\uff5e]/g;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** The same for a word with and without capitals, accents, ligatures and wide letters. */
export function folded(word: string): string {
  if (PLAIN.test(word)) return word.toLowerCase();
  const plain = word.normalize('NFKD').toLowerCase().replace(MARKS, '').replace(SHAPELESS, '');
  return plain
    .replace(ALONE, (letter) => LETTERS.get(letter) ?? letter)
    .normalize('NFC')
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();
}

/** The words of a text in their order, from a place on. A compound's parts come before the compound as one word. */
export function* wordsIn(text: string, offset = 0): Generator<FoundWord> {
  for (const { parts, joined } of compoundsIn(text, offset)) {
    yield* parts;
    if (joined) yield joined;
  }
}

export function* compoundsIn(text: string, offset = 0): Generator<Compound> {
  // One character for one, so that places stay.
  const even = text
    .replace(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(LETTER_APOSTROPHES, "'");
  let parts: FoundWord[] = [];
  let links = '';
  for (const { segment, index, isWordLike } of segmenter.segment(even)) {
    if (!isWordLike) continue;
    const start = offset + index;
    let isInside = false;
    for (const part of partsOf(segment, start)) {
      const last = parts.at(-1);
      const link = last ? even.slice(last.to - offset, part.from - offset) : '';
      if (last && (isInside || LINK.test(link))) links += link;
      else if (last) {
        yield compoundOf(parts, links);
        parts = [];
        links = '';
      }
      parts.push(part);
      isInside = true;
    }
  }
  if (parts.length > 0) yield compoundOf(parts, links);
}

function compoundOf(parts: FoundWord[], links: string): Compound {
  const isElided = APOSTROPHE.test(links);
  const [first, last] = [parts[0], parts.at(-1)];
  if (parts.length < 2 || parts.length > MOST_PARTS || !first || !last) return { parts, isElided };
  const word = parts
    .map((part) => part.word)
    .join('')
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();
  return { parts, joined: { word, from: first.from, to: last.to }, isElided };
}

/** A segment can have several: Unicode takes `keeper's`, `node.js` and `snake_case` for one word each (UAX 29). */
function partsOf(segment: string, start: number): FoundWord[] {
  const parts = WHOLE.test(segment)
    ? [{ word: folded(segment), from: start, to: start + segment.length }]
    : [...segment.matchAll(PART)].map(({ 0: part, index }) => ({
        word: folded(part),
        from: start + index,
        to: start + index + part.length,
      }));
  return parts.filter(({ word }) => word !== '');
}
