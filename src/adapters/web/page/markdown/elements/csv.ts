/** A table as CSV (RFC 4180), which a spreadsheet takes without running anything. */

/**
 * A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"): a sign, full-width ones too, maybe after
 * white space or a NUL, or a first character that a spreadsheet drops.
 */
const FORMULA = /^(?:[\t\r\n\0]|[\s\0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
const NUMBER = /^[+-]?[\d.,][\d.,\s]*%?$/;
const SPECIAL = /[",\r\n]/;

export function toCsv(rows: string[][]): string {
  return `${rows.map((cells) => cells.map(asCell).join(',')).join('\r\n')}\r\n`;
}

function asCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * The order of a column's cells, as indexes: by numbers if all cells that are not empty have one, else by words. Empty
 * cells come last in both directions, and equal ones stay in their order.
 */
export function orderOf(cells: string[], isDown: boolean, language?: string): number[] {
  const isEmpty = (row: number) => cells[row]?.trim() === '';
  const rows = cells.map((_, row) => row);
  const full = rows.filter((row) => !isEmpty(row));
  const compare = comparisonOf(cells, full, language);
  full.sort((a, b) => (isDown ? compare(b, a) : compare(a, b)) || a - b);
  return [...full, ...rows.filter(isEmpty)];
}

function comparisonOf(cells: string[], full: number[], language?: string): (a: number, b: number) => number {
  const numbers = cells.map(numberOf);
  if (full.every((row) => numbers[row] !== undefined)) return (a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0);
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  return (a, b) => words.compare(cells[a] ?? '', cells[b] ?? '');
}

/** `1,234.5`, `1 234`, `$3`, `−7 %`. Undefined: it is no number. */
function numberOf(text: string): number | undefined {
  const plain = text
    .replace(/^[^\d+\-\u2212.]{0,3}/, '')
    .replace(/[\s,]/g, '')
    .replace('\u2212', '-')
    .replace(/[^\d.]{0,3}$/, '');
  return /^[+-]?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}
