/**
 * Markdown as models write it, in what Discord's clients show (paradoxv5.github.io/Discord-Markdown). Discord has
 * no tables, rules, pictures, formulas, task lists, deep headings or nested quotes; nothing is changed in code.
 */
import type { Dialect, Measure } from '../reply/dialect.ts';
import { type Context, type Enclosure, type Line, readLine } from '../reply/lines.ts';
import { breakFences, convertInline, withoutBold } from './inline.ts';
import { measureTable, readRow, renderTable, type Table } from './table.ts';

const RULE = '───';
const FENCE = '```';

export const discordDialect: Dialect = { render, measure };

function render(markdown: string, first: Context): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let table: Table | null = null;
  let context = first;
  let enclosure: Enclosure | null = null;

  const endParagraph = () => {
    if (paragraph.length > 0) out.push(convertInline(paragraph.join('\n')));
    paragraph = [];
  };
  const endTable = () => {
    if (table) out.push(...renderTable(table));
    table = null;
  };

  for (const text of markdown.split('\n')) {
    const line = readLine(text.replace(/\r$/, ''), context);
    if (line.ended) out.push(quoteOf(line.ended) + FENCE);
    if (line.kind !== 'row') endTable();
    if (!continues(line, paragraph)) endParagraph();
    if (line.kind === 'open') enclosure = line.context.enclosure;
    switch (line.kind) {
      case 'open':
        out.push(...openingLines(line, enclosure));
        break;
      case 'inside':
        out.push(insideLine(line.text, enclosure));
        break;
      case 'close':
        out.push(...closingLines(line.text, enclosure));
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
      case 'delimiter': {
        const head = paragraph.pop();
        endParagraph();
        table = {
          aligns: line.context.table ?? [],
          head: head === undefined ? null : readRow(head),
          rows: [],
        };
        break;
      }
      case 'row':
        table ??= { aligns: context.table ?? [], head: null, rows: [] };
        table.rows.push(readRow(line.text));
        break;
      default:
        paragraph.push(lineOfText(line));
    }
    context = line.context;
  }
  endTable();
  endParagraph();
  if (context.enclosure) out.push(quoteOf(context.enclosure) + FENCE);
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

/** A word behind the fence is a language to Discord; more would be the first line of the code. */
function openingLines({ text }: Line, enclosure: Enclosure | null): string[] {
  if (!enclosure) return [text];
  const quote = quoteOf(enclosure);
  const { kind, marker } = enclosure;
  const info = text.slice(text.indexOf(marker) + marker.length).trim();
  if (kind === 'math') return info === '' ? [FENCE] : [FENCE, breakFences(info)];
  const [, language = '', rest = ''] = /^([a-z0-9_+\-.#]*)(?![^\s])\s*(.*)$/i.exec(info) ?? ['', '', info];
  return rest === '' ? [quote + FENCE + language] : [quote + breakFences(rest), quote + FENCE + language];
}

/** Without the fence's own indentation, so that the code can be copied as it is. */
function insideLine(text: string, enclosure: Enclosure | null): string {
  if (!enclosure) return text;
  const quote = quoteOf(enclosure);
  const unquoted = quote === '' ? text : text.replace(/^(?:[ \t]*>)+ ?/, '');
  const indent = /[ \t]*$/.exec(enclosure.prefix)?.[0].length ?? 0;
  const own = /^[ \t]*/.exec(unquoted)?.[0].length ?? 0;
  return quote + breakFences(quote === '' ? unquoted.slice(Math.min(indent, own)) : unquoted);
}

function closingLines(text: string, enclosure: Enclosure | null): string[] {
  if (!enclosure) return [text];
  const last = enclosure.kind === 'math' ? text.trimEnd().slice(0, -2).trim() : '';
  return last === '' ? [quoteOf(enclosure) + FENCE] : [breakFences(last), FENCE];
}

/** Backticks that Discord would take for a fence are each escaped at most. */
const LOOSE_FENCE = /`{3,}/g;

function measureLine({ kind, text, ended }: Line): number {
  let length = text.length + 1 + (ended ? FENCE.length + 3 : 0);
  if (kind === 'open' || kind === 'close') length += FENCE.length + 2;
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
