/**
 * Reads Markdown blocks with Marked, and adds formulas, notes, `<details>` and comments as blocks. Other HTML
 * stays text.
 */
import { Lexer, Marked, type MarkedToken, type Token, Tokenizer } from 'marked';

/** Inline text stays in the tokens' `text`; see `parseInline`. */
export type BlockToken =
  | MarkedToken
  | { type: 'formula'; raw: string; text: string }
  | { type: 'note'; raw: string; label: string; tokens: Token[] }
  | { type: 'details'; raw: string; summary: string; tokens: Token[] }
  | { type: 'comment'; raw: string }
  /** Text shown as it is. */
  | { type: 'plain'; raw: string };

/** Deepest nesting of lists and quotes, since the lexer recurses for each. Deeper ones are text. */
const DEEPEST = 30;
/** Most UTF-16 units of a formula; a longer one is a mark without an end. */
const LONGEST_FORMULA = 8000;

const FORMULA = /^ {0,3}(?:\$\$|\\\[)/;
const FORMULA_LINE = /\n {0,3}(?:\$\$|\\\[)/;
const DETAILS = /^ {0,3}<details(?: open(?:="")?)?>[ \t]*(?:\n|(?=<summary>))/i;
/** A `<details>` that may still get a summary. */
const HALF_DETAILS = /^ {0,3}<details(?: open(?:="")?)?>\s*(?:<[a-z]*>?\s*)?$/i;
const DETAILS_TAG = /<(\/?)details(?: open(?:="")?)?>/gi;
const SUMMARY = /^\s*<summary>([\s\S]{0,2000}?)<\/summary>/i;
const SUMMARY_TAG = /^\s*<summary>/i;
const NOTE =
  /^ {0,3}\[\^([^[\]\s]{1,50})\]:[ \t]?([^\n]*(?:\n(?!\s*\n| {0,3}\[[^\]\n]{1,99}\]:)[^\n]+)*)(?:\n|$)/;

/** One reading of one text. */
interface Reading {
  /** Whether the text still grows. Then an unclosed block already counts as a block. */
  isGrowing: boolean;
  /** Reads nested blocks; undefined beyond the deepest nesting. */
  deeper<T>(read: () => T | undefined): T | undefined;
}

/** The tokens of a text in order; their `raw` fields together are the text. */
export function lexBlocks(source: string, growing: boolean): BlockToken[] {
  const reading = createReading(growing);
  const block = [readOtherIn(reading)];
  const options = { ...optionsOf(reading), extensions: { childTokens: {}, renderers: {}, block } };
  try {
    return new Lexer(options).blockTokens(source, []) as BlockToken[];
  } catch {
    // Marked throws on text it cannot read. That part is shown as it is, and the rest is read again.
    const end = source.indexOf('\n\n');
    if (end < 0) return [{ type: 'plain', raw: source }];
    return [{ type: 'plain', raw: source.slice(0, end + 2) }, ...lexBlocks(source.slice(end + 2), growing)];
  }
}

function createReading(isGrowing: boolean): Reading {
  let depth = 0;
  return {
    isGrowing,
    deeper(read) {
      if (depth >= DEEPEST) return undefined;
      depth++;
      try {
        return read();
      } finally {
        depth--;
      }
    },
  };
}

const { prototype: own } = Tokenizer;

/** Marked's options, with a tokenizer for one reading. */
function optionsOf({ isGrowing, deeper }: Reading) {
  /** While the text grows, `text⏎-` may become a heading, a list, a rule or a table; so far it is a paragraph. */
  let unsureHeading: string | null = null;
  const { defaults } = new Marked({
    gfm: true,
    tokenizer: {
      html: () => undefined,
      list(source) {
        return deeper(() => own.list.call(this, source));
      },
      blockquote(source) {
        return deeper(() => own.blockquote.call(this, source));
      },
      // A line that begins a formula ends the paragraph before it.
      paragraph(source) {
        const paragraph = own.paragraph.call(this, source.slice(0, beforeFormula(source)));
        const text = unsureHeading;
        unsureHeading = null;
        if (text === null || !paragraph) return paragraph;
        return { ...paragraph, raw: text, text: text.trim() };
      },
      lheading(source) {
        const end = beforeFormula(source);
        const heading = own.lheading.call(this, source.slice(0, end));
        const isUnsure = isGrowing && heading?.raw.length === source.length;
        unsureHeading = isUnsure ? source.slice(0, source.lastIndexOf('\n') + 1) : null;
        return isUnsure ? undefined : heading;
      },
    },
  });
  return defaults;
}

function beforeFormula(source: string): number | undefined {
  const blank = source.indexOf('\n\n');
  const formula = FORMULA_LINE.exec(blank < 0 ? source : source.slice(0, blank));
  return formula ? formula.index + 1 : undefined;
}

/** Marked's extension that reads the other blocks. */
function readOtherIn(reading: Reading) {
  return function readOther(this: { lexer: Lexer }, source: string): BlockToken | undefined {
    return (
      readFormula(reading, source) ??
      readComment(reading, source) ??
      readDetails(reading, this.lexer, source) ??
      readNote(reading, this.lexer, source)
    );
  };
}

/** Reads a formula on lines of its own. Any other formula belongs to a paragraph. */
function readFormula({ isGrowing }: Reading, source: string): BlockToken | undefined {
  const opener = FORMULA.exec(source)?.[0];
  if (opener === undefined) return undefined;
  const closer = opener.endsWith('$$') ? '$$' : '\\]';
  const near = source.slice(0, LONGEST_FORMULA);
  const end = near.indexOf(closer, opener.length);
  if (end < 0) {
    return isGrowing && near.length === source.length
      ? { type: 'formula', raw: source, text: source.trim() }
      : undefined;
  }
  const line = source.indexOf('\n', end);
  const rest = source.slice(end + 2, line < 0 ? undefined : line).trim();
  if (!/^[.,;]?$/.test(rest) || near.slice(opener.length, end).trim() === '') return undefined;
  const raw = source.slice(0, line < 0 ? undefined : line + 1);
  return { type: 'formula', raw, text: raw.trim() };
}

function readComment({ isGrowing }: Reading, source: string): BlockToken | undefined {
  if (!/^ {0,3}<!--/.test(source)) return undefined;
  const end = source.indexOf('-->');
  if (end < 0) return isGrowing ? { type: 'comment', raw: source } : undefined;
  const line = source.indexOf('\n', end);
  const rest = source.slice(end + 3, line < 0 ? undefined : line);
  // A comment with text after it belongs to a paragraph.
  return rest.trim() === ''
    ? { type: 'comment', raw: source.slice(0, line < 0 ? undefined : line + 1) }
    : undefined;
}

function readDetails({ isGrowing, deeper }: Reading, lexer: Lexer, source: string): BlockToken | undefined {
  if (isGrowing && HALF_DETAILS.test(source)) return { type: 'comment', raw: source };
  const opener = DETAILS.exec(source)?.[0];
  if (opener === undefined) return undefined;
  const { end, next } = detailsEnd(source);
  if (end < 0 && !isGrowing) return undefined;
  const inside = source.slice(opener.length, end < 0 ? undefined : end);
  const { summary, rest } = splitSummary(inside, end < 0);
  return deeper(() => ({
    type: 'details' as const,
    raw: source.slice(0, end < 0 ? undefined : next),
    summary: summary.trim(),
    tokens: lexer.blockTokens(rest.replace(/^\s*\n/, ''), []),
  }));
}

/** @param isOpen whether the text ends inside the block, maybe before its summary ends */
function splitSummary(inside: string, isOpen: boolean): { summary: string; rest: string } {
  const [all, summary] = SUMMARY.exec(inside) ?? [];
  if (all !== undefined && summary !== undefined) return { summary, rest: inside.slice(all.length) };
  const tag = isOpen ? SUMMARY_TAG.exec(inside)?.[0] : undefined;
  return tag === undefined ? { summary: '', rest: inside } : { summary: inside.slice(tag.length), rest: '' };
}

/** The end of the first `<details>` of a text, and the start of the text after it. */
function detailsEnd(source: string): { end: number; next: number } {
  let open = 0;
  if (!source.includes('</details>')) return { end: -1, next: -1 };
  for (const { 0: tag, 1: slash, index } of source.matchAll(DETAILS_TAG)) {
    open += slash === '' ? 1 : -1;
    if (open > DEEPEST) break;
    if (open > 0) continue;
    const rest = /^[ \t]*\n?/.exec(source.slice(index + tag.length))?.[0] ?? '';
    return { end: index, next: index + tag.length + rest.length };
  }
  return { end: -1, next: -1 };
}

function readNote({ deeper }: Reading, lexer: Lexer, source: string): BlockToken | undefined {
  const [raw, label, text] = NOTE.exec(source) ?? [];
  if (raw === undefined || label === undefined || text === undefined) return undefined;
  return deeper(() => ({ type: 'note' as const, raw, label, tokens: lexer.blockTokens(text, []) }));
}
