/** Quotes of what several people said, and whose words each line is. */
import type { Attachment, Message, Origin, Quote, QuotedLine } from '../types.ts';

/** What somebody said; empty `by` where it is not known who. */
export interface SaidLine {
  by?: string | undefined;
  text: string;
}

/** A quote of what several people said, of which each can be forgotten alone. */
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

/** Stands where somebody else was quoted. */
const SOMEBODY_ELSE: Quote = { from: '', note: 'a message of somebody else', text: '' };

/** What a message quotes and has attached, without what other people said and sent; what Parley said stays. */
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
