/** Finds the words of a query in texts. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type FoundWord, wordsIn } from './folding.ts';
import { piecesOf, type QueryWords, type WordForm } from './words.ts';

/** A place in a text with a word of the query. */
export interface FoundPart extends FoundWord {
  /** Which word of the query. */
  of: number;
}

/** Places that are marked in one text; of more the first. */
const MOST_MARKED = 2_000;
/** Between words side by side: signs, and the end of a word that is found without it, such as `'s`. */
const TOUCH = /^(?:['’]\p{L}{1,2})?[^\p{L}\p{N}\n]*$/u;

/** Words of a text that are in any form of the query. */
export async function candidatesIn(text: string, { words }: QueryWords): Promise<FoundWord[]> {
  const forms = words.flatMap((word) => word.forms);
  const whole = new Set(forms.flatMap((form) => form.words));
  const begins = forms.flatMap((form) => form.begins ?? []);
  const found: FoundWord[] = [];
  for (const { piece, offset } of piecesOf(text)) {
    for (const one of wordsIn(piece, offset))
      if (whole.has(one.word) || begins.some((begin) => one.word.startsWith(begin))) found.push(one);
    // A local store keeps nobody waiting, and so lets no other request in.
    await turnOfTheLoop();
    if (found.length > MOST_MARKED) return found;
  }
  return found;
}

/** For each word of the query its form that is among these words; undefined: none is. */
export function formsAmong(found: Set<string>, { words }: QueryWords): (WordForm | undefined)[] {
  const all = [...found];
  const isThere = ({ words: whole, begins }: WordForm) =>
    whole.every((word) => found.has(word)) &&
    (begins === undefined || all.some((word) => word.startsWith(begins)));
  return words.map(({ forms }) => forms.find(isThere));
}

/** The places of some forms in their order. No two overlap. */
export function partsOf(found: FoundWord[], forms: (WordForm | undefined)[]): FoundPart[] {
  const parts = found.flatMap((one) => {
    const of = forms.findIndex((form) => form && isOf(one.word, form));
    return of < 0 ? [] : [{ ...one, of }];
  });
  // The shorter is marked of `keeper` and `keepers` in `keeper’s`.
  parts.sort((a, b) => a.from - b.from || a.to - b.to);
  const apart: FoundPart[] = [];
  for (const part of parts) if (part.from >= (apart.at(-1)?.to ?? 0)) apart.push(part);
  return apart;
}

const isOf = (word: string, { words, begins }: WordForm) =>
  words.includes(word) || (begins !== undefined && word.startsWith(begins));

/** The beginning of the first parts that stand side by side and have all words of the query. */
export function startOfRun(parts: FoundPart[], count: number, text: string): FoundPart | undefined {
  let start: FoundPart | undefined;
  let last: FoundPart | undefined;
  const held = new Set<number>();
  for (const part of parts) {
    const touches = last && TOUCH.test(text.slice(last.to, part.from).slice(0, 20));
    if (!touches || (last?.of !== part.of && held.has(part.of))) {
      start = part;
      held.clear();
    }
    held.add(part.of);
    last = part;
    if (held.size === count) return start;
  }
  return undefined;
}
