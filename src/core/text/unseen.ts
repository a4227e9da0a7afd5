/**
 * Takes out invisible characters that mislead a reader: they reorder what is read, split a word, or carry text that
 * only a machine reads (Unicode TR 36 and TR 39; CVE-2021-42574). Invisible characters that a script needs stay.
 */

/** A filter for one text, piece by piece. The last character of a piece may have to wait for the next piece. */
export interface SeenText {
  /** Returns the piece without misleading characters; its end may come with the next piece. */
  add(piece: string): string;
  /** Returns the text that was held back. */
  end(): string;
}

/** The three flags that are spelled in tag characters (emoji-sequences.txt: RGI_Emoji_Tag_Sequence). */
const FLAGS = ['gbeng', 'gbsct', 'gbwls'].map((region) => `${tagsOf(region)}\u{e007f}`);

function tagsOf(letters: string): string {
  return String.fromCodePoint(...[...letters].map((letter) => 0xe0000 + (letter.codePointAt(0) ?? 0)));
}

/** Most tag characters behind a black flag that can still become a flag. */
const LONGEST_TAGS = 'gbeng'.length;
const BLACK_FLAG = '\u{1f3f4}';

/** Characters that may be taken out, or that decide about the character before them. */
const SUSPECTS =
  /[\ufe00-\ufe0f]|\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e0fff}]/u;
const SURROGATE_END = /[\ud800-\udbff]$/;
const JOINERS = '\u200c\u200d';

/** Scripts whose letters are joined, or kept apart, by joiners (Unicode 23.2). */
const JOINING =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Mand}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Bali}\p{scx=Java}]/u;
const EMOJI = /\ufe0f|[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;
/** Scripts that put no space between words: there a zero width space is where a line may end. */
const UNSPACED = /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const HAN = /\p{sc=Han}/u;
const SPACE = /\s/;

const LRE = '\u202a';
const RLE = '\u202b';
const PDF = '\u202c';
const LRO = '\u202d';
const RLO = '\u202e';
const ISOLATES = '\u2066\u2067\u2068';
const PDI = '\u2069';
const MARKS = '\u200e\u200f\u061c';
/** Most levels of direction that are kept; Unicode's algorithm knows 125 (UAX 9, BD2). */
const DEEPEST = 8;

export function createSeenText(): SeenText {
  /** The last character that was kept. */
  let before = '';
  /** Characters that the next piece decides about. */
  let held = '';
  const directions = createDirections();

  function add(piece: string, isEnd = false): string {
    const text = held + piece;
    held = '';
    if (!SUSPECTS.test(text) && !directions.isAnyOpen() && (isEnd || !endsOpen(text))) {
      before = lastOf(text) || before;
      return text;
    }
    const characters = [...text];
    let shown = '';
    for (let at = 0; at < characters.length; at++) {
      const character = characters[at] ?? '';
      if (!isEnd && isUndecided(characters, at)) {
        held = characters.slice(at).join('');
        break;
      }
      const kept = keep(character, characters, at);
      if (kept === '') continue;
      shown += kept;
      before = character;
      if (character === BLACK_FLAG) {
        const flag = FLAGS.find((tags) => characters.slice(at + 1, at + 2 + LONGEST_TAGS).join('') === tags);
        shown += flag ?? '';
        at += flag ? LONGEST_TAGS + 1 : 0;
      }
    }
    return shown;
  }

  function keep(character: string, characters: string[], at: number): string {
    if (character === '\n') return directions.endLine();
    if (!SUSPECTS.test(character)) return character;
    const next = characters[at + 1] ?? '';
    if (character === '\u200d' && EMOJI.test(before)) return EMOJI.test(next) ? character : '';
    if (JOINERS.includes(character)) return JOINING.test(before) ? character : '';
    if (MARKS.includes(character)) return MARKS.includes(before) ? '' : character;
    if (character === '\u200b') return isBreak(before, next) ? character : '';
    if (/[\ufe00-\ufe0f]/.test(character)) return isVaried(before) ? character : '';
    if (/[\u{e0100}-\u{e01ef}]/u.test(character)) return HAN.test(before) ? character : '';
    if (character === '\u00ad') return /\p{L}/u.test(before) ? character : '';
    return directions.keep(character);
  }

  return { add: (piece) => add(piece), end: () => add('', true) };
}

/** Whether the next piece decides about the end: a high surrogate, a flag or a joiner. */
function endsOpen(text: string): boolean {
  return SURROGATE_END.test(text) || text.endsWith(BLACK_FLAG);
}

function isUndecided(characters: string[], at: number): boolean {
  const left = characters.length - at;
  const character = characters[at] ?? '';
  const isHalf = SURROGATE_END.test(characters.at(-1) ?? '');
  if (left === 1 && isHalf) return true;
  if (left <= (isHalf ? 2 : 1) && '\u200b\u200d'.includes(character)) return true;
  if (character !== BLACK_FLAG || left > LONGEST_TAGS + 2) return false;
  const tags = characters.slice(at + 1).join('');
  return FLAGS.some((flag) => flag.startsWith(tags) && flag !== tags);
}

/** Keeps pairs of direction marks that begin and end within a line, and takes out all others. */
function createDirections() {
  /** The character that ends each open direction of this line; empty where its beginning was taken out. */
  let open: string[] = [];

  /** A kept direction ends with its line, so that it does not reorder the text after the line. */
  function endLine(): string {
    const closers = open.toReversed().join('');
    open = [];
    return `${closers}\n`;
  }

  function keep(character: string): string {
    if (character === LRO || character === RLO) {
      open.push('');
      return '';
    }
    const closer = character === LRE || character === RLE ? PDF : ISOLATES.includes(character) ? PDI : '';
    if (closer !== '') {
      const isKept = open.length < DEEPEST;
      open.push(isKept ? closer : '');
      return isKept ? character : '';
    }
    if (character !== PDF && character !== PDI) return '';
    const innermost = open.at(-1);
    // An end is taken out if it has no beginning, or if its beginning is not the innermost one.
    if (innermost === undefined || (innermost !== '' && innermost !== character)) return '';
    open.pop();
    return innermost;
  }

  return { keep, endLine, isAnyOpen: () => open.length > 0 };
}

/** In a script without spaces, a line may end there. Between backticks, it keeps them from becoming a mark. */
function isBreak(before: string, next: string): boolean {
  return (UNSPACED.test(before) && UNSPACED.test(next)) || before === '`' || next === '`';
}

const isVaried = (before: string) => before !== '' && !SPACE.test(before) && !/[\ufe00-\ufe0f]/.test(before);

function lastOf(text: string): string {
  return [...text.slice(-2)].at(-1) ?? '';
}

/** The text without invisible characters that mislead. */
export function seenText(text: string): string {
  if (!SUSPECTS.test(text)) return text;
  const seen = createSeenText();
  return seen.add(text) + seen.end();
}

/** Direction characters and other ones that make code look different from what a machine reads. */
const MISLEADING_IN_CODE =
  /\u034f|[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]/g;

/** The code without unseen characters. A zero width space between two backticks stays, since it keeps them apart. */
export function seenCode(code: string): string {
  if (!SUSPECTS.test(code)) return code;
  const pieces = code.split('`');
  const isBetween = (at: number) => at > 0 && at < pieces.length - 1;
  return pieces
    .map((piece, at) => seenPiece(piece) || (piece !== '' && isBetween(at) ? '\u200b' : ''))
    .join('`');
}

const seenPiece = (code: string) => seenText(code.replace(MISLEADING_IN_CODE, ''));

/** Blanks that do not count as white space, such as Hangul's fillers. */
const BLANKS = /[\u17b4\u17b5]|[\u180b-\u180f]|[\u115f\u1160\u2800\u3164\uffa0]/g;

/** A name that somebody chose for a person, a channel or a file: on one line, without unseen characters. */
export function seenName(name: string, most: number): string {
  return seenPiece(name.toWellFormed())
    .replace(BLANKS, '')
    .replace(/[\s\p{Cc}\p{Co}\p{Cn}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
    .trimEnd();
}
