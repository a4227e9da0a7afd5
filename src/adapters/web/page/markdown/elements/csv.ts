/** A table as CSV (RFC 4180), which a spreadsheet takes without running anything. */

/** A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?[\d.,\s]+%?$/;
const SPECIAL = /[",\r\n]/;

export function toCsv(rows: string[][]): string {
  return `${rows.map((cells) => cells.map(asCell).join(',')).join('\r\n')}\r\n`;
}

function asCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Orders cells by their numbers where all have one, else as words; empty ones come last. */
export function compareCells(language?: string): (a: string, b: string) => number {
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  return (a, b) => {
    if (a === '' || b === '') return Number(a === '') - Number(b === '');
    const [one, other] = [numberOf(a), numberOf(b)];
    return one === undefined || other === undefined ? words.compare(a, b) : one - other;
  };
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
