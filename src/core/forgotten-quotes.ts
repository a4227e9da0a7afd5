/** What other people quoted of messages that are forgotten, or of the answers to them. */
import type { StoredTurn } from './ports.ts';
import type { Material, Quote } from './types.ts';

/** Stands where something was quoted that is forgotten. */
export const FORGOTTEN_QUOTE: Quote = { from: '', note: 'a message that was forgotten', text: '' };

/** A shorter text may stand in a longer quote by chance. */
const LEAST_CHARACTERS = 20;
/** Texts that are looked for in a quote: each of them costs time for every quote. */
const MOST_TEXTS = 200;

/** @param forgotten turns of one conversation. Returns a message's material without quotes of them, undefined if it has none. */
export function withoutQuotesOf(forgotten: StoredTurn[]): (material: Material) => Material | undefined {
  const texts = forgotten.flatMap(({ message, answer }) => [message.text.trim(), answer.trim()]);
  const whole = new Set(texts.filter((text) => text !== ''));
  const long = [...whole].filter((text) => text.length >= LEAST_CHARACTERS).slice(0, MOST_TEXTS);
  const isOf = ({ text }: Quote) => whole.has(text.trim()) || long.some((one) => text.includes(one));
  const left = <T extends Pick<Material, 'quotes'>>(said: T): T => ({
    ...said,
    ...(said.quotes && { quotes: said.quotes.map((quote) => (isOf(quote) ? FORGOTTEN_QUOTE : quote)) }),
  });
  return (material) => {
    const { quotes = [], before } = material;
    if (![...quotes, ...(before?.quotes ?? [])].some(isOf)) return undefined;
    return { ...left(material), ...(before && { before: left(before) }) };
  };
}
