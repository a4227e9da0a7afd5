/**
 * Markdown as models write it, in what Discord's clients show (paradoxv5.github.io/Discord-Markdown). Discord has
 * no tables, rules, pictures, formulas, task lists, deep headings or nested quotes; nothing is changed in code.
 */
import { type Dialect, utf16 } from '../reply/dialect.ts';
import { type Context, type Line, readLine } from '../reply/lines.ts';
import { codeBlock } from './code-block.ts';
import { convertInline, withoutBold } from './inline.ts';
import { measure } from './measure.ts';
import { joinCells, readRow, renderTable, type Table } from './table.ts';

const RULE = '───';

/** Discord: 2,000 characters a message (message.mdx). */
export const MESSAGE_CHARACTERS = 2_000;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `-# ${text}`;

export const discordDialect: Dialect = { render, measure, units: utf16 };

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
    const line = readLine(text.endsWith('\r') ? text.slice(0, -1) : text, context);
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
    const [title] = paragraph;
    if (title === undefined || paragraph.length > 1) {
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
  const indented = text.startsWith('\t') ? text.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length)) : text;
  if (kind === 'quote') return `> ${text.replace(/^(?:[ \t]*>)+[ \t]?/, '')}`;
  if (kind === 'item') {
    const bulleted = indented.includes('+') ? indented.replace(/^( *)\+/, '$1-') : indented;
    if (!bulleted.includes('[')) return bulleted;
    return bulleted.replace(
      /^( *(?:[-*]|\d{1,9}[.)])[ \t]+)\[([ xX])\][ \t]/,
      (_, bullet: string, box: string) => `${bullet}${box === ' ' ? '☐' : '☑'} `,
    );
  }
  // Small print is Discord's own; Markdown has none.
  return indented.startsWith('-# ') ? `\\${indented}` : indented;
}
