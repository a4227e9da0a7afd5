/** Tables as columns of a code block, or as a list if they are too wide. Discord would show their pipes. */
import { readInline } from '../../../chat/markdown/inline/inline.ts';
import { nothingKnown, readReferences } from '../../../chat/markdown/inline/references.ts';
import type { Align } from '../../../chat/markdown/lines.ts';
import { convertInline } from './inline/inline.ts';
import { trackUse, type UsedReferences } from './inline/references.ts';
import { withoutMarks } from './inline/without-marks.ts';

/** Columns of a code block that fit in a window of Discord; more would wrap. */
const WIDEST = 80;
const GAP = '  ';

export interface Table {
  aligns: readonly Align[];
  /** Prefix of each line: `> ` in a quote. */
  quote: string;
  /** Null if the head stands in an earlier message. */
  head: string[] | null;
  rows: string[][];
}

/** The cells of a row, in Markdown. A pipe in code or behind a backslash ends no cell (GFM 4.10). */
export function readRow(line: string): string[] {
  const trimmed = line.trim();
  const text = trimmed.startsWith('|') ? trimmed.slice(1) : trimmed;
  const cells = /[`\\$]/.test(text) ? splitCells(text) : text.split('|');
  if ((cells.at(-1) ?? '').trim() === '') cells.pop();
  return cells.map(readCell);
}

function splitCells(text: string): string[] {
  const { atoms } = readInline(text);
  const cells: string[] = [];
  let begin = 0;
  let atom = 0;
  for (let at = text.indexOf('|'); at >= 0; at = text.indexOf('|', at + 1)) {
    while ((atoms[atom]?.end ?? Number.POSITIVE_INFINITY) <= at) atom++;
    if ((atoms[atom]?.start ?? Number.POSITIVE_INFINITY) < at) continue;
    cells.push(text.slice(begin, at));
    begin = at + 1;
  }
  return [...cells, text.slice(begin)];
}

function readCell(cell: string): string {
  const trimmed = cell.trim();
  const text = trimmed.includes('\\|') ? trimmed.replaceAll('\\|', '|') : trimmed;
  return text.includes('<') ? text.replace(/\s{0,9}<br\s{0,3}\/?>\s{0,9}/gi, ' / ') : text;
}

/** The lines of Discord's Markdown that show the table. */
export function renderTable(table: Table, references: UsedReferences): string[] {
  const rows = table.head ? [table.head, ...table.rows] : table.rows;
  if (rows.every((cells) => cells.every((cell) => cell === ''))) return [];
  const texts = rows.map((cells) => cells.map((cell) => withoutMarks(cell, references)));
  const widths = columnWidths(texts);
  const isListed = tableWidth(widths) > WIDEST || rows.some((cells) => cells.some(hasLink));
  const lines = isListed ? listed(table, references) : inColumns(table, texts, widths);
  return table.quote === '' ? lines : lines.map((line) => table.quote + line);
}

function inColumns({ head, aligns }: Table, texts: string[][], widths: number[]): string[] {
  const lines = texts.map((cells) => {
    const padded = widths.map((width, column) => pad(cells[column] ?? '', width, aligns[column]));
    return padded.join(GAP).trimEnd();
  });
  if (head) lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join(GAP));
  return ['```', ...lines.filter((line) => line !== ''), '```'];
}

function listed({ head, rows }: Table, references: UsedReferences): string[] {
  const show = (cell: string) => convertInline(cell, references);
  const items = rows.map((cells) => {
    const [first = '', ...others] = cells.map(show);
    return `- ${joinCells([bold(first), ...others])}`;
  });
  const title = head?.map((cell) => bold(show(cell))) ?? [];
  return title.some((cell) => cell !== '') ? [joinCells(title), ...items] : items;
}

/** Joins cells in one line. An empty cell gets a dash, so that the next one does not seem to stand in its place. */
export function joinCells(cells: string[]): string {
  return cells.map((cell) => (cell === '' ? '–' : cell)).join(' · ');
}

function bold(cell: string): string {
  return cell === '' || cell.includes('**') ? cell : `**${cell}**`;
}

function hasLink(cell: string): boolean {
  return cell.includes('](') || cell.includes('://') || cell.includes('][') || /<a\s/i.test(cell);
}

function columnWidths(rows: string[][]): number[] {
  const widths: number[] = [];
  for (const cells of rows) {
    for (let column = 0; column < cells.length; column++) {
      widths[column] = Math.max(widths[column] ?? 1, displayWidth(cells[column] ?? ''));
    }
  }
  return widths;
}

function tableWidth(widths: readonly number[]): number {
  let sum = GAP.length * Math.max(0, widths.length - 1);
  for (const width of widths) sum += width;
  return sum;
}

function pad(cell: string, width: number, align: Align = 'left'): string {
  const missing = Math.max(0, width - displayWidth(cell));
  if (missing === 0) return cell;
  const before = align === 'right' ? missing : align === 'center' ? missing >> 1 : 0;
  return ' '.repeat(before) + cell + ' '.repeat(missing - before);
}

const NARROW = /^[\x20-\x7e]*$/;
/** Unicode's East Asian wide and full-width ranges (UAX 11), and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const NO_WIDTH = /[\p{M}\p{Cf}]/u;

/** Columns that a text takes in a monospaced font. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  let joined = false;
  for (const character of text) {
    if (character === '\u200d') joined = true;
    else if (joined) joined = false;
    else if (character === '\ufe0f') width += 1;
    else if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/**
 * Measures a table as it grows: the units its lines are shown with, including line feeds.
 * @param quote units before each line
 */
export function measureTable(quote: number) {
  const references = trackUse(readReferences(nothingKnown(), 'growing'));
  const widths: number[] = [];
  let rows = 0;
  let listed = 0;
  let excess = 0;
  let wide = false;
  return function add(cells: string[]): number {
    rows++;
    listed += 3;
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column] ?? '';
      const text = withoutMarks(cell, references);
      const width = displayWidth(text);
      listed += cell.length + 7;
      widths[column] = Math.max(widths[column] ?? 1, width);
      excess += text.length - width;
    }
    wide ||= tableWidth(widths) > WIDEST || cells.some(hasLink);
    // The rule under the head is one more line, and so is each fence.
    const columns = 2 * '```\n'.length + (rows + 1) * (tableWidth(widths) + 1) + Math.max(0, excess);
    return (wide ? listed : columns) + (rows + 3) * quote;
  };
}
