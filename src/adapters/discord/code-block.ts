/** Code and displayed formulas, as the one block of code that Discord has. */
import type { Enclosure, Line } from '../reply/lines.ts';
import { breakFences, FENCE } from './fences.ts';
import { convertInline } from './inline.ts';

/** What stands before each line of an enclosure in a quote. */
export function quoteOf({ prefix }: Enclosure): string {
  return prefix.includes('>') ? '> ' : '';
}

/** Discord takes a block without text for no block, and its fence for the begin of the next one. */
const NOTHING = '\u200b';

/** The lines that show it. What its first and its last line hold besides marks is kept: a formula's begin, a file's name. */
export function codeBlock({ text, context }: Line, inside: string[], closing: string): string[] {
  const { enclosure } = context;
  if (!enclosure) return [text, ...inside, closing];
  const { kind, marker } = enclosure;
  const at = text.indexOf(marker);
  const info = text.slice(at + marker.length).trim();
  if (kind === 'math') return formulaBlock(text, info, inside, closing);
  const quote = quoteOf(enclosure);
  const [, language = '', rest = ''] = /^([a-z0-9_+\-.#]*)(?!\S)\s*(.*)$/i.exec(info) ?? ['', '', info];
  const lines = inside.map((line) => insideLine(line, enclosure));
  if (!lines.some((line) => line.trim() !== '')) lines.push(NOTHING);
  const bullet = text.slice(0, at).replace(/^[\s>]+/, '');
  const around = [bullet.trim(), convertInline(rest)].filter((line) => line !== '');
  const block = [...around, FENCE + language, ...lines.map(breakFences), FENCE];
  return quote === '' ? block : block.map((line) => quote + line);
}

function formulaBlock(opening: string, begin: string, inside: string[], closing: string): string[] {
  const end = closing.trimEnd().slice(0, -2).trim();
  const formula = [begin, ...inside, end].filter(
    (line, index) => line !== '' || (index > 0 && index <= inside.length),
  );
  if (formula.some((line) => line.trim() !== '')) return [FENCE, ...formula.map(breakFences), FENCE];
  return [opening, ...inside, closing].filter((line) => line !== '');
}

/** Without the fence's own indentation, so that the code can be copied as it is. */
function insideLine(text: string, { prefix }: Enclosure): string {
  if (prefix.includes('>')) return text.replace(/^(?:[ \t]*>)+ ?/, '');
  const indent = /^[ \t]*/.exec(text)?.[0].length ?? 0;
  return text.slice(Math.min(indent, prefix.length));
}
