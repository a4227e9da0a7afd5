/** Code and formulas within a paragraph, as Discord's inline code. */
import { decodeEntities } from '../../../../chat/markdown/html/entities.ts';
import { breakFences, evenFences, FENCE } from '../../../../chat/markdown/inline/fences.ts';
import { onOneLine } from '../../../../chat/markdown/inline/formula.ts';
import { seenCode } from '../../../../core/text/unseen.ts';
import { escapePipes } from './escapes.ts';

/** @param raw The code in its backticks or tags. */
export function code(raw: string, inner: string): string {
  if (!raw.startsWith('`')) return codeBetweenTags(seenCode(inner));
  const shown = seenCode(raw);
  const run = /^`+/.exec(shown)?.[0].length ?? 0;
  const between = shown.slice(run, -run);
  return between.includes(FENCE) || run >= FENCE.length ? `${FENCE}${breakFences(between)}${FENCE}` : shown;
}

/** Code between tags: entities are decoded, and inner tags are dropped. */
function codeBetweenTags(inner: string): string {
  const text = decodeEntities(inner.replace(/<\/?(?:code|span|b|i|em|strong)(?:\s[^<>]{0,300})?>/gi, ''));
  if (text.trim() === '') return '';
  if (!text.includes('\n')) return span(text) ?? evenFences(text);
  return `\n${FENCE}\n${breakFences(text.trimEnd().replace(/^\n+/, ''))}\n${FENCE}\n`;
}

/** The text as inline code; undefined where its backticks prevent that. */
function span(text: string): string | undefined {
  if (!text.includes('`')) return `\`${text}\``;
  return text.includes('``') || text.startsWith('`') || text.endsWith('`') ? undefined : `\`\`${text}\`\``;
}

/** A formula as it was written. In code its `_` and `*` are no marks. */
export function formula(raw: string, inner: string): string {
  const text = onOneLine(inner);
  return text === '' ? escapePipes(raw) : (span(text) ?? escapePipes(raw));
}
