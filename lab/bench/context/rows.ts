/** The measured conversations as rows of a table. */
import { FACTS, TURNS } from './conversation.ts';
import type { ContextCost } from './measure.ts';

/** Aims by budget: the least part of the prompts that is cached, and the most that they cost, beside token-sliding. */
const AIMS: Record<number, { share: number; ratio: number }> = {
  8000: { share: 0.85, ratio: 0.22 },
  32000: { share: 0.95, ratio: 0.15 },
};

export function contextRows(measured: ContextCost[]): string[][] {
  const [first] = measured;
  const rows = [
    [
      `${TURNS} turns on a provider that caches steps of 128 tokens, gpt-6-luna’s prices; aims for the first lengths`,
    ],
    ['', 'cached', 'aim', 'prompts', 'summaries', 'ratio', 'aim', 'longest', 'facts'],
  ];
  for (const [i, one] of measured.entries()) {
    const { way, budgetTokens, lengths } = one;
    const isSame = (other: ContextCost | undefined) =>
      other?.budgetTokens === budgetTokens && other.lengths === lengths;
    if (!isSame(measured[i - 1]))
      rows.push([
        `${budgetTokens} tokens; questions of ${lengths.question} words, answers of ${lengths.answer}`,
      ]);
    const sliding = measured.find(isSame)?.cost ?? Number.NaN;
    const aims = way === 'Parley' && lengths === first?.lengths ? AIMS[budgetTokens] : undefined;
    rows.push([
      `  ${way}`,
      `${(one.cachedShare * 100).toFixed(1)} %`,
      aims ? `≥ ${aims.share * 100} %` : '',
      `$${(one.cost - one.summariesCost).toFixed(4)}`,
      `$${one.summariesCost.toFixed(4)}`,
      `${(one.cost / sliding).toFixed(3)}×`,
      aims ? `≤ ${aims.ratio}×` : '',
      String(one.longest),
      `${one.facts} of ${FACTS}`,
    ]);
  }
  return rows;
}
