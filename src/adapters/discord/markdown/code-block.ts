/** Code and displayed formulas, as the one block of code that Discord has. */

import { breakFences, FENCE } from '../../../chat/markdown/inline/fences.ts';
import { type Enclosure, endOfFormula, type Line, withoutQuote } from '../../../chat/markdown/lines.ts';
import { seenCode } from '../../../core/text/unseen.ts';
import { convertInline } from './inline/inline.ts';
import type { UsedReferences } from './inline/references.ts';

/** The mark before each line of an enclosure in a quote; empty outside quotes. */
export function quoteOf({ prefix }: Enclosure): string {
  return prefix.includes('>') ? '> ' : '';
}

/** Fills a block without text: Discord would take its fences for the beginning of another block. */
const NOTHING = '\u200b';

/**
 * The lines of Discord's code block. Text beside the marks of its first and its last line is kept, such as a formula's
 * begin or a file's name.
 */
export function codeBlock(
  { text, context }: Line,
  inside: string[],
  closing: string,
  references: UsedReferences,
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
  references: UsedReferences,
): string[] {
  const [language = ''] = /^[a-z0-9_+\-.#]*(?!\S)/i.exec(info) ?? [];
  const rest = info.slice(language.length).trimStart();
  const lines = inside.map((line) => insideLine(line, enclosure));
  if (!lines.some((line) => line.trim() !== '')) lines.push(NOTHING);
  const around = [bullet, convertInline(rest, references)].filter((line) => line !== '');
  return [...around, FENCE + language, ...lines.map(breakFences), FENCE];
}

/** The marks `\begin` and `\end` are part of a formula; others are not. */
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

/** A line of code without the indentation of its fence, so that people can copy it. */
function insideLine(text: string, { prefix }: Enclosure): string {
  const code = seenCode(text);
  if (prefix.includes('>')) return withoutQuote(code);
  const indent = /^[ \t]*/.exec(code)?.[0].length ?? 0;
  return code.slice(Math.min(indent, prefix.length));
}
