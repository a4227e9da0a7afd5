/**
 * Markdown as models write it, in what Discord's clients show (paradoxv5.github.io/Discord-Markdown). Discord has
 * no tables, rules, pictures, formulas, task lists, deep headings or nested quotes; nothing is changed in code.
 */
import type { Dialect, Measure } from '../reply/dialect.ts';
import { type Context, type Enclosure, type Line, readLine } from '../reply/lines.ts';
import { breakFences } from './fences.ts';
import { convertInline, withoutBold } from './inline.ts';
import { joinCells, measureTable, readRow, renderTable, type Table } from './table.ts';

const RULE = '───';
const FENCE = '```';

/** Discord: 2,000 characters a message (message.mdx). */
export const MESSAGE_CHARACTERS = 2_000;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `-# ${text}`;

export const discordDialect: Dialect = { render, measure };

function render(markdown: string, first: Context): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let table: Table | null = null;
  let code: { opening: Line; inside: string[] } | null = null;
  let context = first;

  const endParagraph = () => {
    if (paragraph.length > 0) out.push(convertInline(paragraph.join('\n')));
    paragraph = [];
  };
  const endTable = () => {
    if (table) out.push(...renderTable(table));
    table = null;
  };
  const endCode = (closing = '') => {
    if (code) out.push(...codeBlock(code.opening, code.inside, closing));
    code = null;
  };

  for (const text of markdown.split('\n')) {
    const line = readLine(text.replace(/\r$/, ''), context);
    if (line.ended) endCode();
    if (line.kind !== 'row') endTable();
    if (!continues(line, paragraph)) endParagraph();
    switch (line.kind) {
      case 'open':
        code = { opening: line, inside: [] };
        break;
      case 'inside':
        code?.inside.push(line.text);
        break;
      case 'close':
        endCode(line.text);
        break;
      case 'blank':
        if (out.at(-1) !== '') out.push('');
        break;
      case 'rule':
        out.push(RULE);
        break;
      case 'heading':
        out.push(heading(line.text));
        break;
      case 'underline':
        underline(line.text);
        break;
      case 'delimiter':
        table = { aligns: line.context.table ?? [], head: readHead(paragraph.pop()), rows: [] };
        endParagraph();
        break;
      case 'row':
        table ??= { aligns: context.table ?? [], head: null, rows: [] };
        table.rows.push(readRow(line.text));
        break;
      default:
        paragraph.push(context.midLine && context.table ? restOfRow(line.text) : lineOfText(line));
    }
    context = line.context;
  }
  endTable();
  endParagraph();
  endCode();
  return out
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd();

  /** The title is the line before, of a paragraph of its own. */
  function underline(text: string): void {
    const [title, ...more] = paragraph;
    if (title === undefined || more.length > 0) {
      endParagraph();
      out.push(text.includes('=') ? text : RULE);
      return;
    }
    paragraph = [];
    out.push(`${text.includes('=') ? '#' : '##'} ${convertInline(title.trim())}`);
  }
}

function readHead(line: string | undefined): string[] | null {
  return line === undefined ? null : readRow(line);
}

function continues({ kind }: Line, paragraph: readonly string[]): boolean {
  if (kind === 'text' || kind === 'underline' || kind === 'delimiter') return true;
  return kind === 'quote' && (paragraph.at(-1)?.startsWith('>') ?? false);
}

function heading(text: string): string {
  const [, marks = '', title = ''] = /^ *(#+)[ \t]*(.*)$/.exec(text) ?? [];
  const trimmed = title.replace(/[ \t]#+[ \t]*$/, '').trim();
  if (marks.length <= 3) return `${marks} ${convertInline(trimmed)}`.trimEnd();
  const plain = convertInline(withoutBold(trimmed));
  return plain === '' ? '' : `**${plain}**`;
}

/** Of a row that is longer than a part. */
function restOfRow(text: string): string {
  return joinCells(readRow(text));
}

/** Indentation, bullets and quotes as Discord knows them. */
function lineOfText({ kind, text }: Line): string {
  const indented = text.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length));
  if (kind === 'quote') return `> ${text.replace(/^(?:[ \t]*>)+[ \t]?/, '')}`;
  if (kind === 'item') {
    return indented
      .replace(/^( *)\+/, '$1-')
      .replace(/^( *(?:[-*]|\d{1,9}[.)])[ \t]+)\[([ xX])\][ \t]/, (_, bullet: string, box: string) => {
        return `${bullet}${box === ' ' ? '☐' : '☑'} `;
      });
  }
  // Small print is Discord's own; Markdown has none.
  return indented.startsWith('-# ') ? `\\${indented}` : indented;
}

function quoteOf({ prefix }: Enclosure): string {
  return prefix.includes('>') ? '> ' : '';
}

/** Discord takes a block without text for no block, and its fence for the begin of the next one. */
const NOTHING = '\u200b';

/** What the opening and the closing line hold besides their marks is kept: a formula's begin, a file's name. */
function codeBlock({ text, context }: Line, inside: string[], closing: string): string[] {
  const { enclosure } = context;
  if (!enclosure) return [text, ...inside, closing];
  const { kind, marker } = enclosure;
  const info = text.slice(text.indexOf(marker) + marker.length).trim();
  if (kind === 'math') {
    const formula = [info, ...inside, closing.trimEnd().slice(0, -2).trim()];
    if (!formula.some((line) => line.trim() !== ''))
      return [text, ...inside, closing].filter((line) => line !== '');
    const shown = formula.filter((line, index) => line !== '' || (index > 0 && index < formula.length - 1));
    return [FENCE, ...shown.map(breakFences), FENCE];
  }
  const quote = quoteOf(enclosure);
  const [, language = '', rest = ''] = /^([a-z0-9_+\-.#]*)(?!\S)\s*(.*)$/i.exec(info) ?? ['', '', info];
  const lines = inside.map((line) => insideLine(line, enclosure));
  if (!lines.some((line) => line.trim() !== '')) lines.push(NOTHING);
  const block = [FENCE + language, ...lines.map(breakFences), FENCE].map((line) => quote + line);
  return rest === '' ? block : [quote + convertInline(rest), ...block];
}

/** Without the fence's own indentation, so that the code can be copied as it is. */
function insideLine(text: string, { prefix }: Enclosure): string {
  if (prefix.includes('>')) return text.replace(/^(?:[ \t]*>)+ ?/, '');
  const indent = /^[ \t]*/.exec(text)?.[0].length ?? 0;
  return text.slice(Math.min(indent, prefix.length));
}

/** Backticks that Discord would take for a fence are each escaped at most. */
const LOOSE_FENCE = /`{3,}/g;

function measureLine({ kind, text, ended }: Line): number {
  let length = text.length + 1 + (ended ? FENCE.length + 3 : 0);
  // `\\[x` becomes a fence and a line; `>` a quote's mark with its space.
  if (kind === 'open' || kind === 'close') length += 2;
  if (text.startsWith('\t') || text.startsWith('-# ')) length += /^\t*/.exec(text)?.[0].length ?? 0;
  if (!text.includes(FENCE)) return length;
  for (const [run] of text.matchAll(LOOSE_FENCE))
    length += kind === 'open' || kind === 'close' ? 0 : run.length;
  return length;
}

function measure(): Measure {
  let length = 0;
  let before: Line | null = null;
  let previous = 0;
  let beforeTable = 0;
  let table: ReturnType<typeof measureTable> | null = null;
  return {
    take(line) {
      if (line.kind === 'row') {
        if (!table) beforeTable = length;
        table ??= measureTable();
        length = beforeTable + table(readRow(line.text));
      } else if (line.kind === 'delimiter') {
        beforeTable = length - previous;
        const head = before && before.kind === 'text' ? readRow(before.text) : null;
        table = measureTable();
        length = head ? beforeTable + table(head) : length;
      } else {
        table = null;
        previous = measureLine(line);
        length += previous;
      }
      before = line;
      return length;
    },
    closing: (enclosure) => (enclosure ? FENCE.length + 1 + quoteOf(enclosure).length : 0),
  };
}
