/** The books as CSV (RFC 4180, with line feeds alone), for spreadsheets and programs. */
import type { BookRow } from '../../core/money/books.ts';

const COLUMNS: Record<string, (row: BookRow) => string | number> = {
  day: ({ day }) => day,
  platform: ({ tenant }) => platformIn(tenant),
  tenant: ({ tenant }) => (tenant === `${platformIn(tenant)}:` ? '' : tenant),
  person: ({ person }) => person,
  model: ({ model }) => model,
  kind: ({ kind }) => kind,
  payer: ({ payer }) => payer,
  requests: ({ requests }) => requests,
  input: ({ input }) => input,
  cached: ({ cached }) => cached,
  cache_written: ({ cacheWrite }) => cacheWrite,
  output: ({ output }) => output,
  reasoning: ({ reasoning }) => reasoning,
  /** Empty: no price is known for any of the calls. */
  cost_usd: ({ cost, requests, unpriced }) => (cost === 0 && unpriced >= requests ? '' : exactDollars(cost)),
  estimated: ({ estimated }) => estimated,
};

/** A spreadsheet takes a text with one of these in front for a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NANO_DIGITS = 9;

export function booksAsCsv(rows: BookRow[]): string {
  const lines = rows.map((row) =>
    Object.values(COLUMNS)
      .map((cell) => quoted(cell(row)))
      .join(','),
  );
  return [Object.keys(COLUMNS).join(','), ...lines.sort()].join('\n');
}

function quoted(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Dollars with all nine decimals, so that the lines add up to the books. */
function exactDollars(nano: number): string {
  const digits = String(Math.abs(nano)).padStart(NANO_DIGITS + 1, '0');
  return `${nano < 0 ? '-' : ''}${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`;
}

const platformIn = (tenant: string) => tenant.split(':', 1).join();
