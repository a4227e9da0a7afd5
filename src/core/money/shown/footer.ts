/** The line under an answer: its model, its tokens and, if wanted, its cost. */
import { en } from '../../sentences/en.ts';
import type { Choices } from '../../settings.ts';
import type { Turn } from '../../types.ts';
import { type Sum, sumOf, sumOfBooking } from '../sum.ts';
import { amountOf, inFull } from './wording.ts';

/** Longer names of models are cut: one comes from a provider, and a line is a line. */
const MODEL_CHARACTERS = 60;

/**
 * The footer in Markdown; undefined where there is none. It is made of what was kept with the turn, so that it is the
 * same whenever the answer is shown. The model's name stands in code, where nothing is a mark.
 */
export function footerOf(
  { answer, model, usage, bookings = [] }: Pick<Turn, 'answer' | 'model' | 'usage' | 'bookings'>,
  wanted: Choices['footer'],
): string | undefined {
  if (wanted === undefined || wanted === 'off' || answer.trim() === '') return undefined;
  const sums = bookings.map(sumOfBooking);
  if (usage && sums.length === 0) sums.push(sumOfBooking({ usage }));
  if (sums.length === 0) return undefined;
  const sum = sumOf(sums);
  const name = bookings.findLast(({ kind }) => kind === 'answer')?.model ?? model ?? '';
  return en.usage.footer({
    model: nameOf(name),
    tokens: tokensIn(sum),
    cost: wanted === 'cost' ? amountOf(sum) : undefined,
  });
}

/** Whether a line is a footer, which is no part of what the model wrote. @param line without the marks of small print */
export const isFooter = (line: string): boolean => en.usage.footerForm.test(line.trim());

const tokensIn = ({ input, cached, output }: Sum) => ({
  input: inFull(input),
  cached: inFull(cached),
  output: inFull(output),
});

/** A name that code in Markdown can hold, in one line. */
function nameOf(model: string): string {
  const line = model
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replaceAll('`', "'")
    .trim();
  return line.length > MODEL_CHARACTERS ? `${line.slice(0, MODEL_CHARACTERS).toWellFormed()}…` : line;
}
