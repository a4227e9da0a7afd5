import { Lexer, Marked, type MarkedToken, type Token } from 'marked';

/** Top-level pieces of Markdown, in order: text that only grows at its end changes only the last of them. */
export interface Blocks {
  raws: string[];
  /** Link definitions (`[name]: address`), which any block may use. */
  definitions: string;
}

/** HTML is no part of the language here, so that it stays the text it is; a line break in a table cell is. */
const { defaults } = new Marked({
  gfm: true,
  tokenizer: {
    html: () => undefined,
    tag(source) {
      const lineBreak = /^<br\s*\/?>/i.exec(source);
      // Marked's own break token, where its type asks for a tag.
      return lineBreak ? ({ type: 'br', raw: lineBreak[0] } as never) : undefined;
    },
  },
});

/**
 * Forty containers in one another, on one line or by indentation, are no writing: the lexer calls itself for
 * each, and needs a time that grows with their square.
 */
const NESTED_TOO_DEEP =
  /^(?:[ \t]*(?:(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])[ \t]*){40}|[ \t]{120,}(?:[-*+]|\d{1,9}[.)])[ \t])/m;

/** Units in one paragraph or cell; inline lexing of hostile text takes the square of it (8,000: some 0.1 s). */
const LONGEST_INLINE = 8000;

/** Null when the text should be shown as it is. */
export function splitBlocks(text: string): Blocks | null {
  if (NESTED_TOO_DEEP.test(text)) return null;
  try {
    const tokens = new Lexer(defaults).blockTokens(text, []);
    return {
      raws: tokens.map((token) => token.raw),
      definitions: tokens.flatMap((token) => (token.type === 'def' ? [token.raw] : [])).join('\n'),
    };
  } catch {
    return null;
  }
}

/** The tokens of one block; null when it should be shown as it is. */
export function parseBlock(raw: string, definitions: string): MarkedToken[] | null {
  try {
    const lexer = new Lexer(defaults);
    lexer.blockTokens(definitions === '' ? raw : `${raw}\n\n${definitions}`, lexer.tokens);
    const inline = lexer.inlineQueue.splice(0);
    if (inline.some(({ src }) => src.length > LONGEST_INLINE)) return null;
    for (const { src, tokens } of inline) lexer.inlineTokens(src, tokens);
    return known(lexer.tokens);
  } catch {
    return null;
  }
}

/** No extension is loaded, so every token is one of Marked's own. */
export function known(tokens: Token[]): MarkedToken[] {
  return tokens as MarkedToken[];
}
