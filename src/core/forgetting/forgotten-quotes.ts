/** What other people quoted of messages that are forgotten, or of the answers to them. */
import { quoteOfLines, type SaidLine, saidIn } from '../text/quoted-lines.ts';
import { BAR } from '../turn/speech.ts';
import type { Attachment, Material, Quote, Turn } from '../types.ts';

/** Stands where something was quoted that is forgotten. */
export const FORGOTTEN_QUOTE: Quote = { from: '', note: 'a message that was forgotten', text: '' };

/** A shorter text may stand in a longer quote by chance. */
const LEAST_CHARACTERS = 24;
/** Of a text, what a quote of it is known by: a longer one may have been cut where it is quoted. */
const HEAD_CHARACTERS = 200;
/** Texts that begin alike; of more, their beginning is enough to know a quote by. */
const MOST_ALIKE = 16;

export interface ForgottenQuotes {
  /** A turn that is forgotten. */
  add(turn: Turn): void;
  /** What a message has of what is forgotten; undefined where it has nothing. */
  in(material: Material): QuotedThen | undefined;
}

export interface QuotedThen {
  /** The material without it. */
  left: Material;
  /** How many quotes it stood in. */
  quotes: number;
  /** Ids of files. */
  files: string[];
}

/**
 * Quotes are known by the ids of who said them; where none is kept, as by earlier versions, by their texts. A name tells
 * nothing: others may have the same.
 * @param person whose every word is forgotten
 */
export function createForgottenQuotes(person: string): ForgottenQuotes {
  const ids = new Set([person]);
  const files = new Set<string>();
  const short = new Set<string>();
  /** Beginnings of texts, by their first characters. */
  const heads = new Map<string, Set<string>>();

  function addText(text: string): void {
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

  const isGone = ({ by, text }: SaidLine) => (by ? ids.has(by) : holds(text));
  const isGoneFile = ({ id, origin }: Attachment) =>
    origin !== undefined && (origin.by ? ids.has(origin.by) : files.has(id));

  /** The same quote where nothing of it goes. */
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
      addText(message.text);
      addText(answer);
    },

    in({ attachments, quotes, before }) {
      const found = within({ attachments, ...(quotes && { quotes }) });
      // What was said before is part of the message.
      const earlier = before && within(before);
      const isAny = [found, earlier].some((one) => one && one.quotes + one.files.length > 0);
      if (!isAny) return undefined;
      return { ...found, left: { ...found.left, ...(earlier && { before: earlier.left }) } };
    },
  };
}

/** The text as it was said, also where its further lines are marked as somebody's. */
const unbarred = (text: string) => text.trim().replaceAll(`\n${BAR}`, '\n');
