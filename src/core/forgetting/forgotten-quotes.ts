/** Finds quotes of forgotten messages, or of the answers to them, in other people's messages. */
import { quoteOfLines, type SaidLine, saidIn } from '../text/quoted-lines.ts';
import { BAR } from '../turn/speech.ts';
import type { Attachment, Material, Quote, Turn } from '../types.ts';

/** Stands in place of a forgotten quote. */
export const FORGOTTEN_QUOTE: Quote = { from: '', note: 'a message that was forgotten', text: '' };

/** Shortest text that is looked for inside longer quotes. A shorter one may stand there by chance. */
const LEAST_CHARACTERS = 24;
/** Length of the beginning by which a text's quotes are known. A quote may have been cut after it. */
const HEAD_CHARACTERS = 200;
/** Most texts with the same beginning that are told apart. With more, the beginning alone marks a quote. */
const MOST_ALIKE = 16;

export interface ForgottenQuotes {
  /** Adds a forgotten turn. */
  add(turn: Turn): void;
  /** Finds forgotten quotes and files in a message; undefined where it has none. */
  in(material: Material): QuotedThen | undefined;
}

export interface QuotedThen {
  /** The material without the forgotten quotes and files. */
  left: Material;
  /** Number of forgotten quotes. */
  quotes: number;
  /** Ids of forgotten files. */
  files: string[];
}

/**
 * Knows quotes by their author's id. Earlier versions kept no id: their quotes are known by their texts. Names do not
 * count, since several people may share one.
 * @param person every quote of this person is forgotten
 */
export function createForgottenQuotes(person: string): ForgottenQuotes {
  const ids = new Set([person]);
  const files = new Set<string>();
  const texts = createForgottenTexts();

  const isGone = ({ by, text }: SaidLine) => (by ? ids.has(by) : texts.holds(text));
  const isGoneFile = ({ id, origin }: Attachment) =>
    origin !== undefined && (origin.by ? ids.has(origin.by) : files.has(id));

  /** Returns the same object where nothing of the quote is forgotten. */
  function leftOf(quote: Quote): Quote {
    if (!quote.lines) return isGone(quote) ? FORGOTTEN_QUOTE : quote;
    const said = saidIn(quote.text, quote.lines);
    const left = said.filter((line) => !isGone(line));
    if (left.length === said.length) return quote;
    const isAnybodys = left.some(({ by }) => by);
    return isAnybodys ? { ...quote, ...quoteOfLines(quote.note ?? '', left) } : FORGOTTEN_QUOTE;
  }

  function within<T extends Omit<Material, 'before'>>({ quotes, attachments, ...said }: T) {
    const stay = quotes?.map(leftOf);
    const gone = attachments.filter(isGoneFile).map(({ id }) => id);
    return {
      left: {
        ...said,
        attachments: attachments.filter((file) => !isGoneFile(file)),
        ...(stay && { quotes: stay }),
      },
      quotes: stay?.filter((quote, i) => quote !== quotes?.[i]).length ?? 0,
      files: gone,
    };
  }

  return {
    add({ message, answer }) {
      ids.add(message.id);
      for (const { id, origin } of message.attachments) if (!origin) files.add(id);
      texts.add(message.text);
      texts.add(answer);
    },

    in({ attachments, quotes, before }) {
      const found = within({ attachments, ...(quotes && { quotes }) });
      // Text said before (`before`) is part of the message.
      const earlier = before && within(before);
      const isAny = [found, earlier].some((one) => one && one.quotes + one.files.length > 0);
      if (!isAny) return undefined;
      return { ...found, left: { ...found.left, ...(earlier && { before: earlier.left }) } };
    },
  };
}

/** Forgotten texts, and whether another text holds one of them. */
function createForgottenTexts() {
  const short = new Set<string>();
  /** Beginnings of texts (`HEAD_CHARACTERS`), by their first `LEAST_CHARACTERS`. */
  const heads = new Map<string, Set<string>>();

  function add(text: string): void {
    const said = unbarred(text);
    if (said.length < LEAST_CHARACTERS) {
      if (said !== '') short.add(said);
      return;
    }
    const first = said.slice(0, LEAST_CHARACTERS);
    const alike = heads.get(first) ?? new Set();
    if (alike.size <= MOST_ALIKE) heads.set(first, alike.add(said.slice(0, HEAD_CHARACTERS)));
  }

  function holds(text: string): boolean {
    const said = unbarred(text);
    if (short.has(said)) return true;
    if (heads.size === 0) return false;
    for (let at = 0; at + LEAST_CHARACTERS <= said.length; at++) {
      const alike = heads.get(said.slice(at, at + LEAST_CHARACTERS));
      if (!alike) continue;
      if (alike.size > MOST_ALIKE || [...alike].some((head) => said.startsWith(head, at))) return true;
    }
    return false;
  }

  return { add, holds };
}

/** The text as it was said, without the bars that mark its further lines as somebody's. */
const unbarred = (text: string) => text.trim().replaceAll(`\n${BAR}`, '\n');
