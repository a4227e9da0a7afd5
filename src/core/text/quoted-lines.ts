/** Joins lines of several people into one quote, and tells the author of each line. */
import type { Attachment, Message, Origin, Quote, QuotedLine } from '../types.ts';

/** A line of a quote. `by` is its author's id, empty where that is not known. */
export interface SaidLine {
  by?: string | undefined;
  text: string;
}

/** A quote of several people, in which each person's lines can be forgotten alone. */
export function quoteOfLines(note: string, said: SaidLine[]): Quote {
  const text = said.map((one) => one.text).join('\n');
  return { from: '', note, text, lines: said.map(({ by = '', text }) => [by, text.length]) };
}

/** The lines that `quoteOfLines` joined. */
export function saidIn(text: string, lines: QuotedLine[]): SaidLine[] {
  let at = 0;
  return lines.map(([by, characters]) => {
    const from = at;
    at += characters + 1;
    return { by, text: text.slice(from, from + characters) };
  });
}

/** Stands in place of a quote of somebody else. */
const SOMEBODY_ELSE: Quote = { from: '', note: 'a message of somebody else', text: '' };

/** A message's quotes and files without those of other people; Parley's own stay. */
export function wordsOf(
  person: string,
  { quotes = [], attachments }: Message,
): { quotes: Quote[]; attachments: Attachment[] } {
  const isOwn = ({ from, by }: Origin) => by === person || from === '';
  const own = quotes.map((quote) => {
    if (!quote.lines) return isOwn(quote) ? quote : SOMEBODY_ELSE;
    const said = saidIn(quote.text, quote.lines).filter(({ by }) => !by || by === person);
    return said.some(({ by }) => by) ? quoteOfLines(quote.note ?? '', said) : SOMEBODY_ELSE;
  });
  return { quotes: own, attachments: attachments.filter(({ origin }) => !origin || isOwn(origin)) };
}
