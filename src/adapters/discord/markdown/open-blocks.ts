/** Blocks of a text that are still open while its lines are read, each written out where it ends. */
import { type Context, isInQuote, type Line, withoutQuote } from '../../../chat/markdown/lines.ts';
import { codeBlock } from './code-block.ts';
import { RULE } from './inline/html.ts';
import { convertInline } from './inline/inline.ts';
import type { UsedReferences } from './inline/references.ts';
import { readRow, renderTable, type Table } from './table.ts';

/** Marks of items before a text. */
const BULLETS = /^\s*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/;

const quoteOf = (text: string) => (isInQuote(text) ? '> ' : '');

/** @param out takes the finished lines */
export function createOpenParagraph(out: string[], references: UsedReferences) {
  let lines: string[] = [];

  function end(): void {
    const shown = lines.length > 0 ? convertInline(lines.join('\n'), references) : '';
    // A comment leaves nothing to show.
    if (shown.trim() !== '') out.push(shown);
    lines = [];
  }

  return {
    add: (line: string) => void lines.push(line),
    end,
    isContinuedBy({ kind }: Line): boolean {
      if (kind === 'text' || kind === 'underline' || kind === 'delimiter') return true;
      return kind === 'quote' && (lines.at(-1)?.startsWith('>') ?? false);
    },
    /** Ends the paragraph at an underline. A single line is the title above it. */
    underline(text: string): void {
      const [title] = lines;
      const isFirstLevel = text.includes('=');
      if (title === undefined || lines.length > 1) {
        end();
        out.push(isFirstLevel ? text : RULE);
        return;
      }
      lines = [];
      out.push(`${isFirstLevel ? '#' : '##'} ${convertInline(title.trim(), references)}`);
    },
    /** Ends the paragraph above a table. Its last line is the table's head, which may follow a bullet. */
    tableBelow({ text, context }: Line): Table {
      const above = lines.pop();
      const quote = quoteOf(text);
      const before = withoutQuote(above ?? '');
      const [bullet = ''] = BULLETS.exec(before) ?? [];
      if (bullet.trim() !== '') lines.push(quote + bullet.trimEnd());
      end();
      const head = above === undefined ? null : readRow(before.slice(bullet.length));
      return { aligns: context.table ?? [], quote, head, rows: [] };
    },
  };
}

export function createOpenTable(out: string[], references: UsedReferences) {
  let table: Table | null = null;
  return {
    begin(begun: Table): void {
      table = begun;
    },
    /** @param before the context before the row: a table that began in an earlier message goes on */
    add(row: string, before: Context): void {
      table ??= { aligns: before.table ?? [], quote: quoteOf(row), head: null, rows: [] };
      table.rows.push(readRow(withoutQuote(row)));
    },
    end(): void {
      if (table) out.push(...renderTable(table, references));
      table = null;
    },
  };
}

export function createOpenCode(out: string[], references: UsedReferences) {
  let code: { opening: Line; inside: string[] } | null = null;
  return {
    begin(opening: Line): void {
      code = { opening, inside: [] };
    },
    add: (line: string) => void code?.inside.push(line),
    end(closing = ''): void {
      if (code) out.push(...codeBlock(code.opening, code.inside, closing, references));
      code = null;
    },
  };
}
