/** `usage`: what was used in a month, for the operator: a table by day and model, or all of the books as CSV. */
import { parseArgs } from 'node:util';
import type { BookRow } from '../../core/money/books.ts';
import { groupsOf, sumsByPayer } from '../../core/money/shown/groups.ts';
import { readMonth } from '../../core/money/shown/usage-reports.ts';
import { amountOf, inFull, nameOfMonth, notesOn } from '../../core/money/shown/wording.ts';
import { type Sum, sumOf } from '../../core/money/sum.ts';
import { en } from '../../core/sentences/en.ts';
import { booksAsCsv } from './books-csv.ts';
import { type OperatorCommand, OperatorError } from './operator-command.ts';

const said = en.operating.used;
const GAP = '  ';

export const usageCommand: OperatorCommand = {
  name: 'usage',
  usage: '[--month 2026-11] [--csv]',
  async run({ books, thisMonth }, args) {
    const { month: given = thisMonth(), csv = false } = flagsOf(args);
    const month = readMonth(given);
    if (month === undefined) throw new OperatorError(en.usage.options.wrongMonth);
    const rows = await books.all(month);
    if (csv) return booksAsCsv(rows);
    return rows.length === 0 ? en.usage.nothing(nameOfMonth(month)) : tableOf(rows, nameOfMonth(month));
  },
};

function flagsOf(args: string[]): { month?: string | undefined; csv?: boolean | undefined } {
  try {
    return parseArgs({ args, options: { month: { type: 'string' }, csv: { type: 'boolean' } } }).values;
  } catch {
    throw new OperatorError(said.onlyFlags);
  }
}

function tableOf(rows: BookRow[], month: string): string {
  const total = sumOf(rows);
  const lines = groupsOf(rows, 'day').flatMap(({ key: day }) =>
    groupsOf(
      rows.filter((row) => row.day === day),
      'model',
    ).map(({ key: model, sum }, i) => cellsOf(sum, i === 0 ? day : '', model)),
  );
  const { day, model, requests, input, cached, output, cost } = en.usage.headings;
  return [
    said.title(month),
    '',
    ...aligned([
      [day, model, requests, input, cached, output, cost],
      ...lines,
      cellsOf(total, en.usage.IN_ALL, ''),
    ]),
    '',
    ...payersOf(rows),
    ...notesOn(total),
  ]
    .join('\n')
    .trimEnd();
}

const cellsOf = (sum: Sum, day: string, model: string): string[] => [
  day,
  model,
  ...[sum.requests, sum.input, sum.cached, sum.output].map(inFull),
  amountOf(sum),
];

/** Absent where the operator's key paid for everything. */
function payersOf(rows: BookRow[]): string[] {
  const { operator, own } = sumsByPayer(rows);
  if (own.requests === 0) return [];
  return [said.paid({ operator: paidOf(operator), own: paidOf(own) })];
}

const paidOf = (sum: Sum) => (sum.requests > 0 ? amountOf(sum) : said.NOTHING);

/** Columns of equal width: the first two are words, the others figures. */
function aligned(lines: string[][]): string[] {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}
