/** Converts a paragraph, so that Slack shows it as the model meant it. */

import { JOINED } from '../../../chat/markdown/characters/scripts.ts';
import { isJoined } from '../../../chat/markdown/inline/addresses.ts';
import { seam } from '../../../chat/markdown/inline/fences.ts';
import { onOneLine } from '../../../chat/markdown/inline/formula.ts';
import { readInline } from '../../../chat/markdown/inline/inline.ts';
import type { Atom, Inline } from '../../../chat/markdown/inline/reading.ts';
import { isAddress, realHost, realHostOfBare } from '../../../chat/markdown/inline/real-host.ts';
import { seenCode } from '../../../core/text/unseen.ts';
import { createLabels, type Labels } from './labels.ts';

/** An invisible character that CommonMark 6.2 takes for neither white space nor punctuation. */
const UNSEEN = '\u200b';

const PUNCTUATION = /[\p{P}\p{S}]/u;
const WORD = /[\p{L}\p{N}\p{M}]/u;
/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}ー々]/u;

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Finds text that Slack may show differently. A bullet is none. */
const SPECIAL = /\*[^\s*]|[^\s*]\*|[~$\]]|\\[[(]|https?:\/\/|<mailto:/;

export interface ConvertInlineOptions {
  /** Whether the text is a table row, where a pipe in a formula would end the cell. */
  isRow?: boolean;
  /** Whether the text may still grow at its end. */
  isGrowing?: boolean;
  /** Labels and definitions in the text before. */
  labels?: Labels;
}

export function convertInline(text: string, options: ConvertInlineOptions = {}): string {
  if (!SPECIAL.test(text) && seenCode(text) === text) return text;
  const inline = readInline(text);
  const edits = [
    ...inline.atoms.flatMap((atom) => atomEdits(text, atom, options)),
    ...boundaries(text, inline),
    ...(text.includes('~') ? loneTildes(text, inline) : []),
    ...(text.includes(']') ? looseBrackets(text, inline, options.labels ?? createLabels()) : []),
    ...(text.includes('|') ? labelled(text, inline) : []),
  ];
  return edits.length === 0 ? text : replace(text, edits);
}

function atomEdits(
  text: string,
  { kind, start, end, inner, url }: Atom,
  options: ConvertInlineOptions,
): Edit[] {
  const raw = text.slice(start, end);
  const instead = (shown: string): Edit[] => (shown === raw ? [] : [{ start, end, text: shown }]);
  switch (kind) {
    case 'math':
      return instead(seenCode(formula(inner, options.isRow)));
    case 'code':
      return instead(seenCode(raw));
    case 'link':
    case 'image':
      return instead(raw + realHost(inner, url));
    case 'url': {
      const shown = isJoined(raw, text.charAt(end)) ? `<${raw}>` : raw;
      // While a link may still grow, its host would be shown at each step.
      const mayGrow = options.isGrowing && end === text.length;
      const host = mayGrow || raw.includes('|') ? '' : realHostOfBare(raw.replace(/^<|>$/g, ''));
      return instead(shown + host);
    }
    default:
      return [];
  }
}

const BRACKETS = /[[\]]/g;
const NAME = /^\[([^[\]]{0,999})\]/;
/** A definition's name with its brackets (CommonMark 4.7). */
const LONGEST_NAME = 1_001;
const CLOSED = new Set<Atom['kind']>(['code', 'math', 'link', 'image', 'escape', 'url']);

const LABELLED = /<((?:https?:\/\/|mailto:)[^<>|\n]{1,2000})\|([^<>\n]{1,500})>/g;

/** Slack's own form of a link, `<https://a.example|label>` (formatting-message-text). */
function labelled(text: string, { atoms }: Inline): Edit[] {
  const isIn = placesIn(atoms.filter(({ kind }) => kind === 'code' || kind === 'math'));
  return [...text.matchAll(LABELLED)].flatMap(({ 0: all, 1: url = '', 2: label = '', index }) => {
    const end = index + all.length;
    const host = isIn(index) ? '' : realHost(label, url);
    return host === '' ? [] : [{ start: end, end, text: host }];
  });
}

/** Tells whether an index is in one of these spans. Ask in ascending order of the index. */
function placesIn(atoms: Atom[]): (at: number) => boolean {
  let next = 0;
  return (at) => {
    while ((atoms[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next++;
    return (atoms[next]?.start ?? Number.POSITIVE_INFINITY) <= at;
  };
}

/**
 * Escapes each bracket before a text that looks like an address, but is no link to Parley. To Slack it may be one that
 * leads elsewhere: by a definition, which may come later, or in a form that only Slack knows.
 */
function looseBrackets(text: string, { atoms }: Inline, labels: Labels): Edit[] {
  const isIn = placesIn(atoms.filter(({ kind }) => CLOSED.has(kind)));
  const found = new Set<number>();
  for (const { kind, start, inner, url } of atoms) {
    if (kind === 'reference' && isAddress(inner) && !labels.isHonest(inner, url)) found.add(start);
  }
  const open: { at: number; hasAddress: boolean; hasBrackets: boolean }[] = [];
  let from = 0;
  for (const { 0: bracket, index } of text.matchAll(BRACKETS)) {
    if (isIn(index)) continue;
    const outer = open.at(-1);
    if (outer) outer.hasAddress ||= isAddress(text.slice(from, index));
    from = index + 1;
    if (bracket === '[') open.push({ at: index, hasAddress: false, hasBrackets: false });
    const closed = bracket === ']' ? open.pop() : undefined;
    if (!closed) continue;
    const around = open.at(-1);
    if (around) around.hasBrackets = true;
    if (around) around.hasAddress ||= closed.hasAddress;
    const label = text.slice(closed.at + 1, index);
    const isText =
      closed.hasAddress && (closed.hasBrackets || !labels.isHonest(label, nameAt(text, index + 1) || label));
    if (isText) found.add(closed.at);
  }
  return [...found].map((at) => ({ start: at, end: at, text: '\\' }));
}

/** The name of the definition, `[name]`, at an index. '' if there is none. */
const nameAt = (text: string, at: number) => NAME.exec(text.slice(at, at + LONGEST_NAME))?.[1] ?? '';

/** A formula as code, so that its `\`, `_` and `*` are not marks. */
export function formula(inner: string, isRow = false): string {
  const line = onOneLine(inner);
  const text = isRow ? line.replace(/(?<!\\)\|/g, '\\|') : line;
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\`\` ${text.replace(/```/g, `\`\`${UNSEEN}\``)} \`\`\``;
}

/**
 * Fixes marks that CommonMark 6.2 reads as text: next to letters of scripts without spaces, and between a letter and
 * punctuation, as in `**「重要」**です`. Slack does not document its rule. An invisible character on both sides makes a
 * mark valid by CommonMark's rule and by mrkdwn's.
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

/** The run of equal marks around an index. */
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

/** Escapes the closing tilde of `5~10 and 20~30`, which GFM 6.5 reads as strikethrough. */
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
