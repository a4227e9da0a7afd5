/** The text of OpenDocument files: odt, ods, odp and their templates (OASIS OpenDocument 1.3). */
import { type DocumentText, Unread } from '../document-text.ts';
import { csvRow, heading, table } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml, type XmlTag } from '../xml.ts';
import { createGrid, type Grid } from './grid.ts';

/** @throws Unread */
export function readOpenDocument(files: PackageFiles, text: DocumentText): void {
  const manifest = files.read('META-INF/manifest.xml');
  if (manifest && Buffer.from(manifest).includes('encryption-data')) throw new Unread('password');
  const content = files.read('content.xml');
  if (!content) throw new Unread('broken');
  const reading = begin(text);
  let skipped = 0;
  readXml(content, {
    open(tag) {
      if (skipped > 0 || SKIPPED.has(tag.name)) skipped++;
      else opens(reading, tag);
    },
    close(name) {
      if (skipped > 0) skipped--;
      else closes(reading, name);
    },
    text(said) {
      const paragraph = reading.paragraphs.at(-1);
      if (paragraph && skipped === 0) paragraph.text += said.replace(WHITE_SPACE, ' ');
    },
  });
  if (!reading.hasText) throw new Unread('empty');
}

/** Elements whose texts are no part of the document's, such as what was deleted. */
const SKIPPED = new Set(['tracked-changes', 'scripts', 'font-face-decls', 'automatic-styles', 'forms']);

/** White space that stands for one space (ODF 1.3, 6.1.2). Other spaces are elements. */
const WHITE_SPACE = /[ \t\r\n]+/g;

interface Table {
  grid: Grid;
  /** Empty for a sheet, whose rows are written at once. */
  rows: string[][];
  isSheet: boolean;
}

interface Reading {
  text: DocumentText;
  hasText: boolean;
  isSpreadsheet: boolean;
  slides: number;
  isNotes: boolean;
  listDepth: number;
  /** The last block was an item of a list. */
  wasItem: boolean;
  /** Paragraphs within paragraphs: notes, and texts in frames. */
  paragraphs: { text: string; level: number }[];
  /** Tables within tables. */
  tables: Table[];
}

const begin = (text: DocumentText): Reading => ({
  text,
  hasText: false,
  isSpreadsheet: false,
  slides: 0,
  isNotes: false,
  listDepth: 0,
  wasItem: false,
  paragraphs: [],
  tables: [],
});

const isCell = (name: string) => name === 'table-cell' || name === 'covered-table-cell';

function opens(reading: Reading, { name, attribute, prefixed }: XmlTag): void {
  const grid = reading.tables.at(-1)?.grid;
  const paragraph = reading.paragraphs.at(-1);
  if (name === 'spreadsheet') reading.isSpreadsheet = true;
  else if (name === 'page') reading.text.block(heading(2, `Slide ${++reading.slides}`));
  else if (name === 'notes') reading.isNotes = true;
  else if (name === 'list') reading.listDepth++;
  else if (name === 'h' || name === 'p')
    reading.paragraphs.push({ text: '', level: Number(attribute('outline-level')) || 1 });
  else if (name === 'table') beginTable(reading, prefixed('table:name'));
  else if (name === 'table-row') grid?.beginRow(Number(attribute('number-rows-repeated')) || 1);
  else if (isCell(name)) {
    const value = attribute('date-value') || attribute('boolean-value') || prefixed('office:value');
    grid?.beginCell(value, Number(attribute('number-columns-repeated')) || 1);
  } else if (paragraph) {
    if (name === 's') paragraph.text += ' '.repeat(Math.min(Number(attribute('c')) || 1, 100));
    else if (name === 'tab') paragraph.text += '\t';
    else if (name === 'line-break') paragraph.text += '\n';
  }
}

function closes(reading: Reading, name: string): void {
  const grid = reading.tables.at(-1)?.grid;
  if (name === 'h' || name === 'p') endParagraph(reading, name === 'h');
  else if (name === 'list') reading.listDepth--;
  else if (name === 'notes') reading.isNotes = false;
  else if (isCell(name)) grid?.endCell();
  else if (name === 'table-row') grid?.endRow();
  else if (name === 'table') endTable(reading);
}

function endParagraph(reading: Reading, isHeading: boolean): void {
  const { text, tables, listDepth } = reading;
  const ended = reading.paragraphs.pop();
  const said = ended?.text.trim() ?? '';
  if (!ended || said === '') return;
  reading.hasText = true;
  const outer = tables.at(-1);
  if (outer) outer.grid.add(said);
  else if (isHeading) text.block(heading(ended.level, said));
  else if (reading.isNotes) text.block(`Notes: ${said}`);
  else if (listDepth > 0) {
    const line = `${'  '.repeat(Math.min(listDepth, 9) - 1)}- ${said}`;
    if (reading.wasItem) text.add(`\n${line}`);
    else text.block(line);
  } else text.block(said);
  reading.wasItem = listDepth > 0;
}

function beginTable(reading: Reading, name: string): void {
  const isSheet = reading.isSpreadsheet && reading.tables.length === 0;
  const rows: string[][] = [];
  let isBegun = false;
  const grid = createGrid((cells) => {
    reading.hasText = true;
    if (!isSheet) {
      rows.push(cells);
      return;
    }
    if (!isBegun) reading.text.block(heading(2, `Sheet: ${name}`));
    reading.text.add(`${isBegun ? '' : '\n'}\n${csvRow(cells)}`);
    isBegun = true;
  });
  reading.tables.push({ grid, rows, isSheet });
}

function endTable(reading: Reading): void {
  const ended = reading.tables.pop();
  if (!ended || ended.isSheet) return;
  const outer = reading.tables.at(-1);
  if (outer) outer.grid.add(ended.rows.map((row) => row.join(', ')).join('; '));
  else reading.text.block(table(ended.rows));
  reading.wasItem = false;
}
