/**
 * Converts models' Markdown for Slack's markdown block, which has no formulas, and reads marks by CommonMark's rules.
 */

import { breakFences, FENCE } from '../../../chat/markdown/inline/fences.ts';
import { type Context, endOfFormula, type Line, readLine } from '../../../chat/markdown/lines.ts';
import { seenCode } from '../../../core/text/unseen.ts';
import { convertInline } from './inline.ts';
import { createLabels } from './labels.ts';

/** Without these characters a text has no formula, mark or address. */
const SPECIAL = /\*[^\s*]|[^\s*]\*|[~$\\\]]|https?:\/\/|<mailto:/;

/**
 * Converts a text. Code stays as it is, and so does a text without formulas, marks and addresses.
 * @param isGrowing whether more text may come, so that a formula without an end stays open
 */
export function convertMarkdown(markdown: string, first: Context, isGrowing: boolean): string {
  if (!SPECIAL.test(markdown) && seenCode(markdown) === markdown) return markdown;
  const out: string[] = [];
  let paragraph: string[] = [];
  let context = first;
  const labels = createLabels();
  const endParagraph = (isLast = false) => {
    if (paragraph.length > 0)
      out.push(convertInline(paragraph.join('\n'), { isGrowing: isLast && isGrowing, labels }));
    paragraph = [];
  };
  const lines = markdown.trimEnd().split('\n');
  for (const [index, text] of lines.entries()) {
    const line = readLine(text, context);
    const { enclosure } = context;
    if (line.ended?.kind === 'math') out.push(line.ended.prefix + FENCE);
    if (line.kind !== 'text' && !(line.kind === 'quote' && paragraph.at(-1)?.trimStart().startsWith('>'))) {
      endParagraph();
    }
    if (line.kind === 'open' && line.context.enclosure?.kind === 'math') out.push(...opening(line));
    else if (enclosure?.kind === 'math' && line.kind === 'inside') out.push(breakFences(seenCode(text)));
    else if (enclosure?.kind === 'math' && line.kind === 'close') out.push(...closing(text, enclosure));
    else if (line.kind === 'row') out.push(convertInline(text, { isRow: true, labels }));
    else if (PARAGRAPHS.has(line.kind)) paragraph.push(text);
    // The address of the last definition may still grow. People do not see definitions.
    else if (line.kind === 'definition') {
      if (!isGrowing || index < lines.length - 1) out.push(labels.define(text));
    } else out.push(line.kind === 'inside' ? codeLine(text) : text);
    context = line.context;
  }
  endParagraph(true);
  const { enclosure } = context;
  if (!isGrowing && enclosure?.kind === 'math') out.push(enclosure.prefix + FENCE);
  return out.join('\n');
}

const FENCE_LINE = /^[ \t>]*(?:`{3}|~{3})/;

/** A line of code. Only unseen characters may keep it from ending its block, so one of them stays. */
function codeLine(text: string): string {
  const seen = seenCode(text);
  return seen !== text && FENCE_LINE.test(seen) ? seen.replace(/[`~]/, '$&\u200b') : seen;
}

const PARAGRAPHS = new Set<Line['kind']>(['text', 'item', 'quote', 'heading', 'footnote']);

/**
 * The opening lines of a formula, which begins in the line of its mark or after it. The mark of an environment is part of
 * the formula.
 */
function opening({ text, context }: Line): string[] {
  const { marker = '', prefix = '' } = context.enclosure ?? {};
  const at = text.indexOf(marker);
  const begin = marker.startsWith('\\b') ? text.slice(at) : text.slice(at + marker.length).trim();
  return [text.slice(0, at) + FENCE, ...(begin === '' ? [] : [prefix + begin])];
}

function closing(text: string, { marker, prefix }: { marker: string; prefix: string }): string[] {
  const at = endOfFormula(text, marker);
  const end = marker.startsWith('\\b') ? text : text.slice(0, at).trimEnd();
  return [...(/^[ \t>]*$/.test(end) ? [] : [end]), prefix + FENCE];
}
