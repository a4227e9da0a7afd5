import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { type SafeHtml, sanitizeHighlighted } from './sanitize.ts';

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  markdown,
  php,
  python,
  ruby,
  rust,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** Most UTF-16 units of highlighted code. */
const LONGEST = 20_000;
/**
 * UTF-16 units of a piece, as far as it ends outside of every comment, string and the like; else up to the next size. A
 * growing piece is highlighted at every paint, so the largest must take less than a frame.
 */
const PIECE_SIZES = [2_000, 4_000, 8_000];

/** Highlighted code. All pieces but the last stay as they are while the code grows. */
export interface Highlighted {
  language: string;
  /** The code of `pieces`. */
  settled: string;
  pieces: SafeHtml[];
  last: SafeHtml;
}

/**
 * The highlighted code; null when the code is shown in one colour.
 * @param before an earlier state of this code, or the state of another one
 */
export function highlight(code: string, language: string, before: Highlighted | null): Highlighted | null {
  if (code.length > LONGEST || !hljs.getLanguage(language)) return null;
  const isSame = before?.language === language && code.startsWith(before.settled);
  const pieces = isSame ? [...before.pieces] : [];
  let settled = isSame ? before.settled.length : 0;
  try {
    for (;;) {
      const rest = code.slice(settled);
      const piece = settledPiece(rest, language);
      if (!piece)
        return { language, settled: code.slice(0, settled), pieces, last: htmlOf(rest, language).html };
      pieces.push(piece.html);
      settled += piece.length;
    }
  } catch {
    return null;
  }
}

/** The first piece of the code, once it will not change any more. */
function settledPiece(code: string, language: string): { html: SafeHtml; length: number } | undefined {
  for (const size of PIECE_SIZES) {
    if (code.length <= size) return undefined;
    const length = code.lastIndexOf('\n', size - 1) + 1 || size;
    const { html, isOutside } = htmlOf(code.slice(0, length), language);
    if (isOutside || size === PIECE_SIZES.at(-1)) return { html, length };
  }
  return undefined;
}

function htmlOf(code: string, language: string): { html: SafeHtml; isOutside: boolean } {
  const { value, _top: top } = hljs.highlight(code, { language, ignoreIllegals: true });
  // A mode within the language has the one around it as its parent.
  const isOutside = top === undefined || !Object.hasOwn(top, 'parent');
  return { html: sanitizeHighlighted(value), isOutside };
}
