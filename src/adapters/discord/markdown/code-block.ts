/** Code and displayed formulas, as the one block of code that Discord has. */

import { breakFences, FENCE } from '../../../chat/markdown/inline/fences.ts';
import { type Enclosure, endOfFormula, type Line, withoutQuote } from '../../../chat/markdown/lines.ts';
import { seenCode } from '../../../core/text/unseen.ts';
import { convertInline, type Resolve } from './inline.ts';

/** The mark before each line of an enclosure that stands in a quote. */
export function quoteOf({ prefix }: Enclosure): string {
  return prefix.includes('>') ? '> ' : '';
}

/** Discord takes a block without text for no block, and its fence for the begin of the next one. */
const NOTHING = '\u200b';

/** The lines that show it. What its first and its last line hold besides marks is kept: a formula's begin, a file's name. */
export function codeBlock(
  { text, context }: Line,
  inside: string[],
  closing: string,
  references: Resolve,
): string[] {
  const { enclosure } = context;
  if (!enclosure) return [text, ...inside, closing];
  const { kind, marker } = enclosure;
  const at = text.indexOf(marker);
  const info = text.slice(at + marker.length).trim();
  const quote = quoteOf(enclosure);
  const bullet = text
    .slice(0, at)
    .replace(/^[\s>]+/, '')
    .trim();
  const block =
    kind === 'math'
      ? formulaBlock(enclosure, bullet, info, inside, closing)
      : fencedBlock(enclosure, bullet, info, inside, references);
  return quote === '' ? block : block.map((line) => quote + line);
}

function fencedBlock(
  enclosure: Enclosure,
  bullet: string,
  info: string,
  inside: string[],
  references: Resolve,
): string[] {
  const [language = ''] = /^[a-z0-9_+\-.#]*(?!\S)/i.exec(info) ?? [];
  const rest = info.slice(language.length).trimStart();
  const lines = inside.map((line) => insideLine(line, enclosure));
  if (!lines.some((line) => line.trim() !== '')) lines.push(NOTHING);
  const around = [bullet, convertInline(rest, references)].filter((line) => line !== '');
  return [...around, FENCE + language, ...lines.map(breakFences), FENCE];
}

/** `\begin` and `\end` are part of a formula; other marks are not. */
function formulaBlock(
  enclosure: Enclosure,
  bullet: string,
  begin: string,
  inside: string[],
  closing: string,
): string[] {
  const { marker } = enclosure;
  const isEnvironment = marker.startsWith('\\b');
  const lines = inside.map((line) => insideLine(line, enclosure));
  const at = endOfFormula(closing, marker);
  const sentence = at < 0 ? '' : closing.slice(at + 2).trim();
  const last = isEnvironment ? closing : closing.slice(0, Math.max(0, at)).trimEnd();
  const end = insideLine(last, enclosure).trimEnd() + (isEnvironment ? '' : sentence);
  const formula = [isEnvironment ? marker + begin : begin, ...lines, end].filter(
    (line, index) => line !== '' || (index > 0 && index <= lines.length),
  );
  const around = bullet === '' ? [] : [bullet];
  if (!formula.some((line) => line.trim() !== '')) return [...around, marker, insideLine(closing, enclosure)];
  return [...around, FENCE, ...formula.map(breakFences), FENCE];
}

/** Without the fence's own indentation, so that the code can be copied as it is. */
function insideLine(text: string, { prefix }: Enclosure): string {
  const code = seenCode(text);
  if (prefix.includes('>')) return withoutQuote(code);
  const indent = /^[ \t]*/.exec(code)?.[0].length ?? 0;
  return code.slice(Math.min(indent, prefix.length));
}
