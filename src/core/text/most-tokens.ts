/**
 * An upper bound of the tokens of a text, without a tokenizer. All tokenizers of today split a text like OpenAI's
 * (o200k_base of openai/tiktoken): at blanks, between letters, digits and signs, and where a capital letter follows a
 * small one. Common words are one token each, and rare ones are several.
 *
 * Prose counts half as many tokens again as it has, and code, tables, numbers, addresses and keys no fewer than they have.
 * A third of the bytes, which holds for prose, is half of the tokens of a table of numbers.
 */

export function mostTokens(text: string): number {
  const bytes = Buffer.from(text);
  let thirds = 0;
  let state = START;
  // An index: an iterator takes twice the time.
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const step = STEPS[state * KINDS + (KIND_OF[byte] ?? 0)] ?? 0;
    thirds += (step & COST) + (THIRDS_OF[byte] ?? 0);
    state = step >> COST_BITS;
  }
  return Math.ceil(Math.max(bytes.length, thirds) / 3);
}

/** Kinds of bytes in UTF-8. Each sign, line feed and tab is a token of its own. */
const [BLANK, SIGN, DIGIT, SMALL, CAPITAL, OTHER] = [0, 1, 2, 3, 4, 5];
const KINDS = 6;
const KIND_OF = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte > 127) return OTHER;
  const character = String.fromCharCode(byte);
  if (character === ' ') return BLANK;
  if (/\d/.test(character)) return DIGIT;
  if (/[a-z]/.test(character)) return SMALL;
  return /[A-Z]/.test(character) ? CAPITAL : SIGN;
});

/**
 * The state after a character: its kind, the place in its token, and whether its word is odd: with digits among letters,
 * or a capital within it, as keys and names in code are.
 */
interface Run {
  kind: number;
  /** From 1. */
  place: number;
  isOdd: boolean;
}

/** Characters of a token. A word of prose has more, but not each. */
const LONGEST = { word: 3, odd: 2, capitals: 2, digits: 3 };
const MOST_PLACES = 3;
const START = 0;

const runOf = (state: number): Run => ({
  kind: Math.floor(state / 2 / MOST_PLACES),
  place: (Math.floor(state / 2) % MOST_PLACES) + 1,
  isOdd: state % 2 === 1,
});
const stateOf = ({ kind, place, isOdd }: Run) => (kind * MOST_PLACES + place - 1) * 2 + (isOdd ? 1 : 0);

/** Thirds of a token that a part of a word costs. A part of a key or of capitals can be two tokens. */
const [WHOLE, RARE] = [3, 4];
const COST_BITS = 3;
const COST = 2 ** COST_BITS - 1;
/** By state and kind of the next byte: the next state, and in the lowest bits the thirds of a token that it costs. */
const STEPS = Uint16Array.from({ length: KINDS * MOST_PLACES * 2 * KINDS }, (_, index) => {
  const [run, thirds] = next(runOf(Math.floor(index / KINDS)), index % KINDS);
  return (stateOf(run) << COST_BITS) + thirds;
});

function next(before: Run, kind: number): [Run, thirds: number] {
  const { place, isOdd } = before;
  const begins = (thirds: number, odd = false): [Run, number] => [{ kind, place: 1, isOdd: odd }, thirds];
  const goesOn = (longest: number): [Run, number] =>
    place < longest
      ? [{ kind, place: place + 1, isOdd }, 0]
      : begins(isOdd || kind === CAPITAL ? RARE : WHOLE, isOdd);
  const isAfter = (...kinds: number[]) => kinds.includes(before.kind);
  switch (kind) {
    case OTHER:
      return begins(0);
    case BLANK:
      // A blank belongs to the word behind it. More blanks are a token together.
      if (!isAfter(BLANK)) return begins(0);
      return [{ kind, place: 2, isOdd: false }, place === 1 ? WHOLE : 0];
    case DIGIT:
      if (isAfter(DIGIT)) return goesOn(LONGEST.digits);
      // A blank before a number is a token of its own.
      return isAfter(BLANK) && place === 1 ? begins(2 * WHOLE) : begins(WHOLE, isAfter(SMALL, CAPITAL));
    case SMALL:
      if (isAfter(DIGIT)) return begins(RARE, true);
      if (isAfter(CAPITAL)) return [{ kind, place: 2, isOdd }, 0];
      return isAfter(SMALL) ? goesOn(isOdd ? LONGEST.odd : LONGEST.word) : begins(WHOLE);
    case CAPITAL:
      if (isAfter(SMALL, DIGIT)) return begins(RARE, true);
      return isAfter(CAPITAL) ? goesOn(LONGEST.capitals) : begins(WHOLE);
    default:
      return begins(WHOLE);
  }
}

/** Thirds of a token that a character beyond ASCII costs, by its first byte. */
const THIRDS_OF = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0xc0) return 0;
  // Latin with accents, Greek, Cyrillic, Hebrew, Arabic: two bytes.
  if (byte < 0xe0) return 2;
  // The scripts of India and their neighbours.
  if (byte === 0xe0) return 4;
  // Georgian, Burmese, Khmer, Ethiopic.
  if (byte === 0xe1) return 7;
  // Arrows, frames, mathematical signs: as many tokens as bytes.
  if (byte === 0xe2) return 9;
  // Chinese, Japanese, Korean; emoji and rare scripts have four bytes.
  return byte < 0xf0 ? 3 : 12;
});
