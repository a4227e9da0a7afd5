/** The cells of an Excel workbook (xlsx), sheet by sheet, as comma-separated values (ECMA-376, SpreadsheetML). */
import { type DocumentText, Unread } from '../document-text.ts';
import { csvRow, heading, oneLine, shownNumber } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';
import { drawnLines, figuresOf } from './drawing.ts';
import { relationsOf } from './relations.ts';
import { dateOf, readDateStyles } from './sheet-dates.ts';

const MAIN = 'xl/workbook.xml';
/** Most columns of a sheet (Excel's limit). */
const MOST_COLUMNS = 16_384;

interface Workbook {
  sheets: { name: string; part: string; isHidden: boolean }[];
  /** Days count from 1904 on, as on old Macs. */
  is1904: boolean;
}

/** @throws Unread */
export function readSheets(files: PackageFiles, text: DocumentText): void {
  const { sheets, is1904 } = readWorkbook(files);
  const strings = readStrings(files);
  const isDate = readDateStyles(files);
  let hasCells = false;
  for (const { name, part, isHidden } of sheets) {
    const bytes = files.read(part);
    if (!bytes) continue;
    let isFirst = true;
    readRows(bytes, {
      shown: ({ type, style, value }) => {
        if (type === 's') return strings[Number(value)] ?? '';
        if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
        if (type !== 'n') return value;
        return isDate(style) ? dateOf(value, is1904) : shownNumber(value);
      },
      onRow(cells) {
        hasCells = true;
        if (isFirst) text.block(`${heading(2, `Sheet: ${name}`)}${isHidden ? ' (hidden)' : ''}`);
        text.add(`${isFirst ? '\n' : ''}\n${csvRow(cells)}`);
        isFirst = false;
      },
    });
    const asides = asidesOf(files, part);
    if (asides !== '') hasCells = true;
    text.block(asides);
  }
  if (!hasCells) throw new Unread('empty');
}

/** The comments, text boxes and charts of a sheet. */
function asidesOf(files: PackageFiles, part: string): string {
  const blocks: string[] = [];
  for (const { kind, target } of relationsOf(files, part).values()) {
    if (kind === 'comments') {
      const lines = commentsIn(files.read(target));
      if (lines.length > 0) blocks.push(`Comments:\n\n${lines.join('\n')}`);
    } else if (kind === 'drawing') {
      blocks.push(drawnLines(files.read(target)).join('\n'));
      blocks.push(...figuresOf(files, relationsOf(files, target)));
    }
  }
  return blocks.filter(Boolean).join('\n\n');
}

function commentsIn(bytes: Uint8Array | undefined): string[] {
  const lines: string[] = [];
  let cell = '';
  let said = '';
  let isText = false;
  const isSaid = () => oneLine(said) !== '';
  if (bytes)
    readXml(bytes, {
      open({ name, attribute }) {
        if (name === 'comment') {
          cell = attribute('ref');
          said = '';
        }
        isText = name === 't';
      },
      close(name) {
        isText = false;
        if (name === 'comment' && isSaid()) lines.push(`- ${cell}: ${oneLine(said)}`);
      },
      text(one) {
        if (isText) said += one;
      },
    });
  return lines;
}

function readWorkbook(files: PackageFiles): Workbook {
  const main = files.read(MAIN);
  if (!main) throw new Unread('broken');
  const relations = relationsOf(files, MAIN);
  const workbook: Workbook = { sheets: [], is1904: false };
  readXml(main, {
    open({ name, attribute, prefixed }) {
      if (name === 'workbookPr') workbook.is1904 = /^(?:1|true)$/.test(attribute('date1904'));
      if (name !== 'sheet') return;
      const part = relations.get(prefixed('r:id'))?.target;
      const isHidden = /^(?:hidden|veryHidden)$/.test(attribute('state'));
      if (part !== undefined) workbook.sheets.push({ name: prefixed('name'), part, isHidden });
    },
  });
  return workbook;
}

/** The texts that cells refer to by number. */
function readStrings(files: PackageFiles): string[] {
  const strings: string[] = [];
  const bytes = files.read('xl/sharedStrings.xml');
  if (!bytes) return strings;
  let one = '';
  let isText = false;
  // The readings of Japanese words (rPh) are no part of the text.
  let isReading = false;
  readXml(bytes, {
    open({ name }) {
      if (name === 'si') one = '';
      else if (name === 'rPh') isReading = true;
      else if (name === 't') isText = !isReading;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isReading = false;
      else if (name === 'si') strings.push(one);
    },
    text(said) {
      if (isText) one += said;
    },
  });
  return strings;
}

/** A cell as it is written: its type (`n` where it names none), the number of its style, and its value. */
interface Cell {
  type: string;
  style: string;
  value: string;
}

interface RowHandlers {
  shown(cell: Cell): string;
  /** A row with something in it, without the empty cells at its end. */
  onRow(cells: string[]): void;
}

function readRows(bytes: Uint8Array, { shown, onRow }: RowHandlers): void {
  let cells: string[] = [];
  let cell: Cell & { column: number } = { type: 'n', style: '', value: '', column: 0 };
  let isValue = false;
  let isFormula = false;
  let formula = '';
  readXml(bytes, {
    open({ name, prefixed }) {
      if (name === 'row') cells = [];
      else if (name === 'c') {
        const column = columnOf(prefixed('r')) ?? cells.length;
        cell = { type: prefixed('t') || 'n', style: prefixed('s'), value: '', column };
        formula = '';
      } else if (name === 'f') isFormula = true;
      else if (name === 'v' || name === 't') isValue = true;
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'f') isFormula = false;
      else if (name === 'c') {
        // Some programs write formulas without their results.
        const value = cell.value === '' && formula !== '' ? `=${formula}` : shown(cell);
        if (value === '' || cell.column >= MOST_COLUMNS) return;
        while (cells.length < cell.column) cells.push('');
        cells[cell.column] = value;
      } else if (name === 'row' && cells.length > 0) onRow(cells);
    },
    text(said) {
      if (isValue) cell.value += said;
      else if (isFormula) formula += said;
    },
  });
}

/** The number of a cell's column, from 0: `AB12` is in column 27. */
function columnOf(reference: string): number | undefined {
  const [letters] = /^[A-Z]{1,3}/.exec(reference) ?? [];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
