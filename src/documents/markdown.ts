/** Parts of Markdown that documents become. */

const inLines = (text: string, between: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(between);

/** A text in one line. */
export const oneLine = (text: string) => inLines(text, ' ');

/** A number as Office shows it: with 15 digits at most. Any other text stays. */
export function shownNumber(value: string): string {
  const number = Number(value);
  return value.length > 15 && Number.isFinite(number) ? String(Number(number.toPrecision(15))) : value;
}

/** A row of a table. Lines within a cell stay apart, since they often belong to those of the cell beside it. */
export const tableRow = (cells: string[]) =>
  `| ${cells.map((cell) => inLines(cell, '<br>').replaceAll('|', '\\|')).join(' | ')} |`;

/** A table whose first row is its head. */
export function table(rows: string[][]): string {
  const [head = [], ...others] = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
  if (head.length === 0) return '';
  const rule = `|${' --- |'.repeat(head.length)}`;
  return [tableRow(head), rule, ...others.map(tableRow)].join('\n');
}

export const heading = (level: number, text: string) =>
  `${'#'.repeat(Math.min(Math.max(level, 1), 6))} ${oneLine(text)}`;

/** A row of comma-separated values (RFC 4180). */
export function csvRow(cells: string[]): string {
  return cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** A code block, inside a fence longer than any run of backticks in it. */
export function codeBlock(text: string, language = ''): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Bytes in words, such as `1.5 MB`. */
export function sizeIn(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
