/** Prints the cost of tools. */
import type { ToolsCost } from './measure.ts';

/** Aim for an answer without a call: the part by which it may cost more than before there were tools. */
const MOST = 1.02;

export function toolsRows({ before, now, ratios, pairs }: ToolsCost): string[][] {
  const row = (
    name: string,
    unit: string,
    [was, is]: [number, number],
    { median, quartiles }: ToolsCost['ratios']['chunk'],
  ) => [
    name,
    `${was.toFixed(1)} ${unit}`,
    `${is.toFixed(1)} ${unit}`,
    `${median.toFixed(3)}×`,
    quartiles.map((one) => one.toFixed(2)).join(' to '),
    `≤ ${MOST}×`,
  ];
  return [
    [`an answer that calls no tool, ${pairs} pairs`, 'before', 'now', 'ratio', 'half of the pairs', 'aim'],
    row('  CPU a chunk', 'µs', [before.chunkMicros, now.chunkMicros], ratios.chunk),
    row('  first text on the page', 'ms', [before.firstTextMs, now.firstTextMs], ratios.firstText),
  ];
}
