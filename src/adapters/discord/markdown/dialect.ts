/**
 * Markdown as models write it, in what Discord's clients show (paradoxv5.github.io/Discord-Markdown). Discord has
 * no tables, rules, pictures, formulas, task lists, deep headings or nested quotes; nothing is changed in code.
 */

import { isVisible } from '../../../chat/markdown/characters/visible.ts';
import { type Dialect, utf16 } from '../../../chat/markdown/dialect.ts';
import { keyOf, type References } from '../../../chat/markdown/inline/references.ts';
import {
  type Context,
  isInQuote,
  type Line,
  readDefinition,
  readFootnote,
  readLine,
  withoutQuote,
} from '../../../chat/markdown/lines.ts';
import { codeBlock } from './code-block.ts';
import { convertInline, type Resolve, resolving, withoutBold } from './inline.ts';
import { measure } from './measure.ts';
import { withoutOwnMarks } from './own-marks.ts';
import { noteMark } from './small-letters.ts';
import { joinCells, readRow, renderTable, type Table } from './table.ts';

const RULE = '───';

/** Discord: 2,000 characters a message (message.mdx). */
export const MESSAGE_CHARACTERS = 2_000;

/** A notice, told apart from what the model says. */
export const smallPrint = (text: string) => `-# ${text}`;

export const discordDialect: Dialect = { render, measure, units: utf16 };

interface ReadLine extends Line {
  /** The context before this line. */
  before: Context;
}

function readLines(markdown: string, first: Context): ReadLine[] {
  let before = first;
  return markdown.split('\n').map((text) => {
    const line = { ...readLine(text.endsWith('\r') ? text.slice(0, -1) : text, before), before };
    before = line.context;
    return line;
  });
}

/** Collects the definitions of a part first, since links may come before them. */
function define(lines: readonly ReadLine[], references: References): void {
  for (const { kind, text } of lines) {
    if (kind === 'definition') {
      const { label, url } = readDefinition(text);
      references.define(label, url);
    } else if (kind === 'footnote') references.defineFootnote(readFootnote(text).id);
  }
}

function render(markdown: string, first: Context, known: References): string {
  const out: string[] = [];
  const references = resolving(known);
  /** For each definition's index in `out`: its label. */
  const definitions = new Map<number, string>();
  let paragraph: string[] = [];
  let table: Table | null = null;
  let code: { opening: Line; inside: string[] } | null = null;

  const endParagraph = () => {
    const shown = paragraph.length > 0 ? convertInline(paragraph.join('\n'), references) : '';
    // A comment leaves nothing to show.
    if (shown.trim() !== '') out.push(shown);
    paragraph = [];
  };
  const endTable = () => {
    if (table) out.push(...renderTable(table, references));
    table = null;
  };
  const endCode = (closing = '') => {
    if (code) out.push(...codeBlock(code.opening, code.inside, closing, references));
    code = null;
  };

  const lines = readLines(markdown, first);
  define(lines, references);
  for (const line of lines) {
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
        out.push(heading(line.text, references));
        break;
      case 'underline':
        underline(line.text);
        break;
      case 'delimiter':
        table = tableBelow(paragraph.pop(), line);
        endParagraph();
        break;
      case 'row':
        table ??= { aligns: line.before.table ?? [], quote: quoteOf(line.text), head: null, rows: [] };
        table.rows.push(readRow(withoutQuote(line.text)));
        break;
      case 'definition':
        definitions.set(out.length, readDefinition(line.text).label);
        out.push(definition(line.text));
        break;
      case 'footnote':
        paragraph.push(footnote(line.text, references));
        break;
      default:
        paragraph.push(line.before.midLine && line.before.table ? restOfRow(line.text) : lineOfText(line));
    }
  }
  endTable();
  endParagraph();
  endCode();
  const shown = withoutResolved(out, definitions, references)
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd();
  return isVisible(shown) ? withoutOwnMarks(shown) : '';

  /** The title is the line before, of a paragraph of its own. */
  function underline(text: string): void {
    const [title] = paragraph;
    if (title === undefined || paragraph.length > 1) {
      endParagraph();
      out.push(text.includes('=') ? text : RULE);
      return;
    }
    paragraph = [];
    out.push(`${text.includes('=') ? '#' : '##'} ${convertInline(title.trim(), references)}`);
  }

  /** Begins a table whose head is the previous line, maybe after a bullet. */
  function tableBelow(above: string | undefined, { text, context }: Line): Table {
    const quote = quoteOf(text);
    const before = withoutQuote(above ?? '');
    const [bullet = ''] = BULLETS.exec(before) ?? [];
    const head = before.slice(bullet.length);
    if (bullet.trim() !== '') paragraph.push(quote + bullet.trimEnd());
    return { aligns: context.table ?? [], quote, head: above === undefined ? null : readRow(head), rows: [] };
  }
}

/** Marks of items before a text. */
const BULLETS = /^\s*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/;

const quoteOf = (text: string) => (isInQuote(text) ? '> ' : '');

/** A definition as text, for when no link shows it. */
function definition(text: string): string {
  const { label, url } = readDefinition(text);
  return `[${label}] ${url}`;
}

function footnote(text: string, references: Resolve): string {
  const { id, said } = readFootnote(text);
  return `${noteMark(references.footnote(id))} ${said}`;
}

/**
 * Removes the definitions that links show, with the blank lines around them. A definition stays if an earlier
 * message showed its link without the address, or if nothing refers to it.
 */
function withoutResolved(out: string[], definitions: Map<number, string>, references: Resolve): string[] {
  if (definitions.size === 0) return out;
  const shown: string[] = [];
  let hasGone = false;
  for (const [index, line] of out.entries()) {
    const label = definitions.get(index);
    if (label !== undefined && references.used.has(keyOf(label)) && !references.isMissed(label))
      hasGone = true;
    else if (!hasGone || line !== '' || shown.at(-1) !== '') {
      shown.push(line);
      hasGone = false;
    }
  }
  return shown;
}

function continues({ kind }: Line, paragraph: readonly string[]): boolean {
  if (kind === 'text' || kind === 'underline' || kind === 'delimiter') return true;
  return kind === 'quote' && (paragraph.at(-1)?.startsWith('>') ?? false);
}

function heading(text: string, references: Resolve): string {
  const [begin = '', marks = ''] = /^ *(#+)/.exec(text) ?? [];
  const trimmed = text
    .slice(begin.length)
    .trim()
    .replace(/[ \t]#+$/, '')
    .trim();
  if (marks.length <= 3) return `${marks} ${convertInline(trimmed, references)}`.trimEnd();
  const plain = convertInline(withoutBold(trimmed), references);
  return plain === '' ? '' : `**${plain}**`;
}

/** Shows the rest of a row that is longer than a part. */
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
  return indented;
}
