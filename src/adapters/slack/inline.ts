/** What is in a paragraph, so that Slack's Markdown shows what was meant. */
import { isJoined } from '../reply/addresses.ts';
import { seam } from '../reply/fences.ts';
import { readInline } from '../reply/inline.ts';
import type { Inline } from '../reply/reading.ts';
import { JOINED } from '../reply/scripts.ts';

/** Invisible; neither white space nor punctuation to CommonMark 6.2. */
const UNSEEN = '\u200b';

const PUNCTUATION = /[\p{P}\p{S}]/u;
const WORD = /[\p{L}\p{N}\p{M}]/u;
/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}ー々]/u;

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** What may be shown otherwise than it is written; a bullet is not. */
const SPECIAL = /\*[^\s*]|[^\s*]\*|[~$]|\\[[(]|https?:\/\//;

/** @param isRow the text is a row of a table, where a pipe in a formula would end the cell */
export function convertInline(text: string, isRow = false): string {
  if (!SPECIAL.test(text)) return text;
  const inline = readInline(text);
  const edits = [
    ...inline.atoms.flatMap(({ kind, start, end, inner }) => {
      if (kind === 'math') return [{ start, end, text: formula(inner, isRow) }];
      const raw = text.slice(start, end);
      return kind === 'url' && isJoined(raw, text.charAt(end)) ? [{ start, end, text: `<${raw}>` }] : [];
    }),
    ...boundaries(text, inline),
    ...(text.includes('~') ? loneTildes(text, inline) : []),
  ];
  return edits.length === 0 ? text : replace(text, edits);
}

/** A formula as code, where its `\`, `_` and `*` are no marks. */
export function formula(inner: string, isRow = false): string {
  const line = inner.replace(/\s*\n[ \t>]*/g, ' ').trim();
  const text = isRow ? line.replace(/(?<!\\)\|/g, '\\|') : line;
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\`\` ${text.replace(/```/g, `\`\`${UNSEEN}\``)} \`\`\``;
}

/**
 * Marks beside letters of scripts without spaces, and those between a letter and punctuation, which CommonMark 6.2
 * takes for text: `**「重要」**です`. Slack's own rule is not documented; with the unseen character on both sides a mark
 * is one by CommonMark's rule, and by that of mrkdwn.
 */
function boundaries(text: string, { marks }: Inline): Edit[] {
  const edits = new Map<number, Edit>();
  const separate = (at: number) => edits.set(at, { start: at, end: at, text: UNSEEN });
  for (const { mark, start, end, closed } of marks) {
    if (mark.startsWith('_')) continue;
    const opener = runAt(text, start);
    if (needsInside(before(text, opener.start), after(text, opener.end))) separate(opener.end);
    if (needsOutside(before(text, opener.start), after(text, opener.end))) separate(opener.start);
    if (!closed) continue;
    const closer = runAt(text, end - 1);
    if (needsInside(after(text, closer.end), before(text, closer.start))) separate(closer.start);
    if (needsOutside(after(text, closer.end), before(text, closer.start))) separate(closer.end);
  }
  return [...edits.values()];
}

const needsInside = (outer: string, inner: string) => WORD.test(outer) && PUNCTUATION.test(inner);
const needsOutside = (outer: string, inner: string) =>
  JOINED.test(outer) || (WORD.test(outer) && PUNCTUATION.test(inner));

/** The run of the same mark around a place. */
function runAt(text: string, at: number): { start: number; end: number } {
  let [start, end] = [at, at + 1];
  while (text[start - 1] === text[at]) start--;
  while (text[end] === text[at]) end++;
  return { start, end };
}

function before(text: string, at: number): string {
  const low = text[at - 1] ?? '';
  return /[\uDC00-\uDFFF]/.test(low) ? (text[at - 2] ?? '') + low : low;
}

const after = (text: string, at: number) => String.fromCodePoint(text.codePointAt(at) ?? 0x20);

/** `5~10 and 20~30` is no strikethrough (GFM 6.5 takes one tilde as well): the one that would end it is escaped. */
function loneTildes(text: string, { atoms }: Inline): Edit[] {
  const edits: Edit[] = [];
  let isOpen = false;
  let atom = 0;
  for (let at = text.indexOf('~'); at >= 0; at = text.indexOf('~', at)) {
    const { end } = runAt(text, at);
    while ((atoms[atom]?.end ?? Number.POSITIVE_INFINITY) <= at) atom++;
    const isText = (atoms[atom]?.start ?? Number.POSITIVE_INFINITY) > at;
    if (isText && end === at + 1) {
      const closes = /\S/.test(text[at - 1] ?? ' ');
      if (isOpen && closes) edits.push({ start: at, end, text: '\\~' });
      else isOpen ||= /\S/.test(text[end] ?? ' ');
    }
    at = end;
  }
  return edits;
}

function replace(text: string, edits: Edit[]): string {
  let shown = '';
  let at = 0;
  const add = (piece: string) => {
    shown += seam(shown.slice(-2), piece);
  };
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    add(text.slice(at, edit.start));
    add(edit.text);
    at = edit.end;
  }
  add(text.slice(at));
  return shown;
}
