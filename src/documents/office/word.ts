/** The text of a Word document (docx): headings, lists, tables, footnotes and comments (ECMA-376, WordprocessingML). */
import { type DocumentText, Unread } from '../document-text.ts';
import { heading, oneLine, table } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml, type XmlHandlers } from '../xml.ts';
import { figuresOf } from './drawing.ts';
import { relationsOf } from './relations.ts';
import { readListStyles, readStyles } from './word-styles.ts';

const MAIN = 'word/document.xml';

/** Parts with texts of their own, and what they are called. */
const ASIDES = [
  ['word/footnotes.xml', 'footnote', 'Footnotes'],
  ['word/endnotes.xml', 'endnote', 'Endnotes'],
  ['word/comments.xml', 'comment', 'Comments'],
] as const;

/** A paragraph while it is read. */
interface Paragraph {
  text: string;
  style: string;
  /** The level of a list's item, from 0. */
  level: number | undefined;
  list: string;
  outline: number | undefined;
}

/** @throws Unread */
export function readWord(files: PackageFiles, text: DocumentText): void {
  const main = files.read(MAIN);
  if (!main) throw new Unread('broken');
  const styles = readStyles(files);
  const ordered = readListStyles(files);

  /** The level of an item of a list, from 0; undefined for other paragraphs. */
  const levelOf = ({ style, level }: Paragraph) =>
    level ?? (styles.get(style)?.list === undefined ? undefined : 0);

  function shown(paragraph: Paragraph): string {
    const { text: said, style } = paragraph;
    const outline = paragraph.outline ?? styles.get(style)?.outline;
    if (said.trim() === '') return '';
    if (outline !== undefined && outline < 9) return heading(outline + 1, said);
    const level = levelOf(paragraph);
    if (level === undefined) return said.trim();
    const list = paragraph.list || (styles.get(style)?.list ?? '');
    const marker = ordered.has(`${list}:${level}`) ? '1.' : '-';
    return `${'  '.repeat(Math.min(level, 8))}${marker} ${said.trim()}`;
  }

  let wasItem = false;
  readXml(
    main,
    paragraphs(
      (paragraph) => {
        const isItem = levelOf(paragraph) !== undefined;
        const line = shown(paragraph);
        if (line !== '' && isItem && wasItem) text.add(`\n${line}`);
        else text.block(line);
        if (line !== '') wasItem = isItem;
      },
      (rows) => {
        wasItem = false;
        text.block(table(rows));
      },
    ),
  );
  for (const figure of figuresOf(files, relationsOf(files, MAIN))) text.block(figure);
  readMargins(files, text);
  for (const [part, tag, title] of ASIDES) readAsides(files.read(part), tag, title, text);
}

/** Handlers that tell each paragraph outside of tables, and the rows of each table. */
function paragraphs(onParagraph: (one: Paragraph) => void, onTable: (rows: string[][]) => void): XmlHandlers {
  /** Tables within tables: the text of an inner one goes into the cell around it. */
  const tables: string[][][] = [];
  let paragraph: Paragraph | undefined;
  /** Text boxes stand within paragraphs. */
  const around: (Paragraph | undefined)[] = [];
  let isText = false;
  /** The depth within parts that repeat what stands beside them, for older programs. */
  let repeated = 0;

  function end(one: Paragraph): void {
    const row = tables.at(-1)?.at(-1);
    if (row) addToCell(row, one.text.trim());
    else onParagraph(one);
  }

  return {
    open({ name, attribute }) {
      if (name === 'Fallback' || repeated > 0) {
        repeated++;
        return;
      }
      if (name === 'p') {
        around.push(paragraph);
        paragraph = { text: '', style: '', level: undefined, list: '', outline: undefined };
      } else if (name === 'tbl') tables.push([]);
      else if (name === 'tr') tables.at(-1)?.push([]);
      else if (name === 'tc') tables.at(-1)?.at(-1)?.push('');
      else if (paragraph) isText = openInParagraph(paragraph, name, attribute) || isText;
    },
    close(name) {
      if (repeated > 0) {
        repeated--;
        return;
      }
      if (name === 't') isText = false;
      else if (name === 'p' && paragraph) {
        const ended = paragraph;
        paragraph = around.pop();
        end(ended);
      } else if (name === 'tbl') endTable();
    },
    text(said) {
      if (paragraph && isText && repeated === 0) paragraph.text += said;
    },
  };

  function endTable(): void {
    const rows = tables.pop() ?? [];
    const outer = tables.at(-1)?.at(-1);
    if (outer) addToCell(outer, rows.map((row) => row.join(', ')).join('; '));
    else onTable(rows);
  }
}

/** Adds a text to the last cell of a row. */
function addToCell(row: string[], text: string): void {
  row[Math.max(row.length - 1, 0)] = [row.at(-1) ?? '', text].filter(Boolean).join('\n');
}

/** Whether a text begins. */
function openInParagraph(paragraph: Paragraph, name: string, attribute: (name: string) => string): boolean {
  switch (name) {
    case 't':
      return true;
    case 'tab':
    case 'ptab':
      paragraph.text += '\t';
      return false;
    case 'br':
    case 'cr':
      paragraph.text += '\n';
      return false;
    case 'noBreakHyphen':
      paragraph.text += '-';
      return false;
    case 'pStyle':
      paragraph.style = attribute('val');
      return false;
    case 'outlineLvl':
      paragraph.outline = Number(attribute('val'));
      return false;
    case 'ilvl':
      paragraph.level = Number(attribute('val')) || 0;
      return false;
    case 'numId':
      paragraph.list = attribute('val');
      // Number 0 takes a paragraph out of its list.
      paragraph.level = paragraph.list === '0' ? undefined : (paragraph.level ?? 0);
      return false;
    case 'footnoteReference':
    case 'endnoteReference':
      paragraph.text += `[^${attribute('id')}]`;
      return false;
    default:
      return false;
  }
}

/** Most headers and footers that are read. Each section can have six. */
const MOST_MARGINS = 60;

/** The texts of headers and footers, each once. */
function readMargins(files: PackageFiles, text: DocumentText): void {
  const parts = files.list.filter(({ name }) => /^word\/(?:header|footer)\d{0,4}\.xml$/.test(name));
  const lines = new Set<string>();
  for (const { name } of parts.slice(0, MOST_MARGINS)) {
    const said: string[] = [];
    const bytes = files.read(name);
    const add = (one: string) => said.push(one.trim());
    const handlers = paragraphs(
      (one) => add(one.text),
      (rows) => add(rows.map((row) => row.filter(Boolean).join(', ')).join('; ')),
    );
    if (bytes) readXml(bytes, handlers);
    const whole = oneLine(said.filter(Boolean).join(' '));
    if (whole !== '') lines.add(`- ${whole}`);
  }
  if (lines.size > 0) text.block(`Headers and footers:\n\n${[...lines].join('\n')}`);
}

/** Footnotes, endnotes or comments, each with its number or its author. */
function readAsides(bytes: Uint8Array | undefined, tag: string, title: string, text: DocumentText): void {
  if (!bytes) return;
  let mark = '';
  let said: string[] = [];
  const lines: string[] = [];
  const inner = paragraphs(
    (one) => said.push(one.text.trim()),
    () => {},
  );
  readXml(bytes, {
    ...inner,
    open(one) {
      if (one.name === tag) {
        // Separators are notes of a type.
        mark = one.attribute('author') || (one.attribute('type') === '' ? `[^${one.attribute('id')}]` : '');
        said = [];
      } else inner.open?.(one);
    },
    close(name) {
      if (name === tag) {
        const whole = said.filter(Boolean).join(' ');
        if (whole !== '' && mark !== '') lines.push(`- ${mark}: ${whole}`);
      } else inner.close?.(name);
    },
  });
  if (lines.length > 0) text.block(`${title}:\n\n${lines.join('\n')}`);
}
