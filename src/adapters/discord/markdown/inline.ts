/** Converts the content of a paragraph to Discord's Markdown. */

import { decodeEntities } from '../../../chat/markdown/html/entities.ts';
import { isBlockTag } from '../../../chat/markdown/html/tags.ts';
import { isJoined } from '../../../chat/markdown/inline/addresses.ts';
import {
  breakFences,
  evenFences,
  FENCE,
  looseBackticks,
  seam,
} from '../../../chat/markdown/inline/fences.ts';
import { onOneLine } from '../../../chat/markdown/inline/formula.ts';
import { readInline } from '../../../chat/markdown/inline/inline.ts';
import type { Atom, Inline } from '../../../chat/markdown/inline/reading.ts';
import { realHost, realHostOfBare } from '../../../chat/markdown/inline/real-host.ts';
import { keyOf, type References } from '../../../chat/markdown/inline/references.ts';
import { seenCode } from '../../../core/text/unseen.ts';
import { convertTags, type Edit, tidyLines } from './html.ts';
import { LINKABLE } from './links.ts';
import { noteMark } from './small-letters.ts';

export interface Resolve extends References {
  /** Keys of labels that were shown with their address; their definitions can be dropped. */
  readonly used: Set<string>;
  /** Whether a label has an address. */
  readonly isDefined: (label: string) => boolean;
}

export function resolving(references: References): Resolve {
  return {
    ...references,
    used: new Set(),
    isDefined: (label) => references.address(label) !== undefined,
  };
}

/** Marks that are none to us. */
const LOOSE = /`|\|\||\]\(/;
const NONE: ReadonlySet<number> = new Set();

export function convertInline(text: string, references: Resolve, isLabel = false): string {
  const inline = readInline(text, references.isDefined);
  const { atoms, marks, tags } = inline;
  if (atoms.length === 0 && marks.length === 0 && !LOOSE.test(text)) return text;
  const starts = tags.length === 0 ? NONE : new Set(tags.map(({ start }) => start));
  const edits = convertTags(text, inline);
  for (const atom of atoms) {
    const { start, end, kind } = atom;
    if (kind === 'break') edits.push(lineBreak(text, atom));
    else if (kind !== 'tag' || !starts.has(start)) {
      edits.push({ start, end, text: convertAtom(atom, text, references, isLabel) });
    }
  }
  for (const [start, end] of underlines(inline)) {
    // Discord underlines what Markdown means to be bold.
    edits.push({ start, end: start + 2, text: '**' }, { start: end - 2, end, text: '**' });
  }
  edits.push(...looseBackticks(text, atoms), ...spoilers(text, atoms), ...looseLinks(text, atoms));
  const shown = replace(text, edits);
  return tags.some(({ name }) => isBlockTag(name) || name === 'hr') ? tidyLines(shown) : shown;
}

const PIPES = /\|{2,}/g;
const escapePipes = (text: string) => text.replace(PIPES, (run) => '\\|'.repeat(run.length));

/** Brackets that are no link on Discord, which reads what is in them as text. */
function notLinked(raw: string, label: string, references: Resolve): string {
  const start = raw.startsWith('!') ? 2 : 1;
  const [before, after] = [raw.slice(0, start), raw.slice(start + label.length)];
  return before + convertInline(label, references, true) + escapePipes(after);
}

/**
 * Escapes double pipes. On Discord they begin a spoiler that hides text up to the next two; models mean "or",
 * or a table.
 */
function spoilers(text: string, atoms: readonly Atom[]): Edit[] {
  if (!text.includes('||')) return [];
  return besides(text, atoms, PIPES).map(({ start, end }) => ({
    start,
    end,
    text: escapePipes(text.slice(start, end)),
  }));
}

const LINK_END = /\]\(/g;
const LINK_START = /\[/g;

/**
 * Escapes what is no link to us. Discord takes more for one than CommonMark: any white space and title around an
 * address, and brackets that are in code.
 */
function looseLinks(text: string, atoms: readonly Atom[]): Edit[] {
  if (!text.includes('](')) return [];
  const ends = besides(text, atoms, LINK_END).map(({ end }) => end - 1);
  const escaped = atoms.filter((one) => one.inner === ']' && text[one.end] === '(').map(({ end }) => end);
  const isInCode = atoms.some(({ kind, inner }) => kind === 'code' && inner.includes(']('));
  const starts = isInCode ? besides(text, atoms, LINK_START).map(({ start }) => start) : [];
  return [...ends, ...escaped, ...starts].map((at) => ({ start: at, end: at, text: '\\' }));
}

/** Matches of the pattern outside the atoms. */
function besides(text: string, atoms: readonly Atom[], pattern: RegExp): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let from = 0;
  for (const { start, end } of [...atoms, { start: text.length, end: text.length }]) {
    for (const { 0: run, index } of text.slice(from, start).matchAll(pattern)) {
      found.push({ start: from + index, end: from + index + run.length });
    }
    from = end;
  }
  return found;
}

/** The text as a code block shows it, where marks would be seen. */
export function withoutMarks(text: string, references: Resolve): string {
  const inline = readInline(text, references.isDefined);
  const { atoms, marks, tags } = inline;
  if (atoms.length === 0 && marks.length === 0) return breakFences(seenCode(text));
  const starts = tags.length === 0 ? NONE : new Set(tags.map(({ start }) => start));
  const edits = convertTags(text, inline, true);
  for (const atom of atoms) {
    const { start, end, kind } = atom;
    if (kind !== 'tag' || !starts.has(start))
      edits.push({ start, end, text: plainAtom(atom, text, references) });
  }
  for (const { mark, start, end, closed } of marks) {
    if (!closed) continue;
    edits.push({ start, end: start + mark.length, text: '' }, { start: end - mark.length, end, text: '' });
  }
  return breakFences(seenCode(replace(text, edits).replaceAll('\n', ' ')));
}

function plainAtom(atom: Atom, text: string, references: Resolve): string {
  const { kind, start, end, inner, url } = atom;
  const raw = text.slice(start, end);
  switch (kind) {
    case 'code':
    case 'math':
    case 'escape':
      return inner.trim();
    case 'entity':
      return inner;
    case 'comment':
      return '';
    case 'break':
      return ' / ';
    case 'link':
    case 'image':
      return `${inner} ${url}`.trim();
    case 'reference': {
      const address = addressOf(url, references);
      return address === undefined
        ? unknownReference(atom, { raw, text: inner, label: url }, references)
        : inner;
    }
    case 'footnote':
      return footnote(raw, inner, references);
    default:
      return raw;
  }
}

/** Bold marks left out, for text that is bold as a whole. */
export function withoutBold(text: string): string {
  const edits = readInline(text).marks.flatMap(({ mark, start, end, closed }) => {
    if (!closed || (mark !== '**' && mark !== '__')) return [];
    return [
      { start, end: start + 2, text: '' },
      { start: end - 2, end, text: '' },
    ];
  });
  return replace(text, edits);
}

function replace(text: string, edits: Edit[]): string {
  if (edits.length === 0) return text;
  edits.sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  // No more of it than a seam depends on: of a long text that grows, the end is dear to look at.
  let before = '';
  const add = (piece: string) => {
    if (piece === '') return;
    const sewn = seam(before, piece);
    pieces.push(sewn);
    before = sewn.length < FENCE.length ? (before + sewn).slice(-FENCE.length) : sewn;
  };
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) continue;
    add(text.slice(at, edit.start));
    add(edit.text);
    at = edit.end;
  }
  add(text.slice(at));
  return pieces.join('');
}

function convertAtom(atom: Atom, text: string, references: Resolve, isLabel: boolean): string {
  const { kind, start, end, inner, url } = atom;
  const raw = text.slice(start, end);
  switch (kind) {
    case 'link':
    case 'image':
      return evenFences(
        link(raw, inner, url.replaceAll('&amp;', '&'), kind === 'image', references, isLabel),
      );
    case 'reference':
      return evenFences(referenceLink(atom, raw, references, isLabel));
    case 'footnote':
      return footnote(escapePipes(raw), inner, references);
    case 'math':
      return evenFences(formula(raw, seenCode(inner)));
    case 'comment':
      return '';
    case 'entity':
      return decoded(inner, text.slice(start - 1, start), text.slice(end, end + 1));
    case 'escape':
      return inner === '\n' ? inner : raw;
    case 'code':
      return seenCode(inner) === '' ? '' : code(seenCode(raw), seenCode(inner));
    case 'url':
      return evenFences(bareUrl(raw.replaceAll('&amp;', '&'), text.charAt(end), references));
    default:
      return evenFences(raw);
  }
}

/** Replaces a line break tag, with the spaces around it and a following line end. */
function lineBreak(text: string, { start: from, end: to }: Atom): Edit {
  let [start, end] = [from, to];
  while (text[start - 1] === ' ') start--;
  while (text[end] === ' ') end++;
  if (text[end] === '\n') end++;
  return { start, end, text: '\n' };
}

/** @param after the character behind the address, which Discord might read as part of it; '' at the text's end */
function bareUrl(url: string, after: string, { stage }: References): string {
  const shown = isJoined(url, after) ? `<${url}>` : url;
  // One that may still grow would have its host shown at each step.
  return stage === 'growing' && after === '' ? shown : shown + realHostOfBare(url.replace(/^<|>$/g, ''));
}

/** A decoded character is text to HTML, so it is escaped where Discord would read a mark. */
function decoded(character: string, before: string, after: string): string {
  const isMark =
    /^[\\*_~|`[\]@]$/.test(character) ||
    (character === '<' && /[@#:/&a-z]/i.test(after)) ||
    (/^[>#+-]$/.test(character) && /^\n?$/.test(before));
  return isMark ? `\\${character}` : character;
}

function code(raw: string, inner: string): string {
  if (!raw.startsWith('`')) return codeBetweenTags(inner);
  return inner.includes(FENCE) || raw.startsWith(FENCE) ? `${FENCE}${breakFences(inner)}${FENCE}` : raw;
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

function link(
  raw: string,
  label: string,
  url: string,
  isImage: boolean,
  references: Resolve,
  isLabel: boolean,
): string {
  const picture = /^!\[([^\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)$/.exec(label);
  const shown = picture ? (picture[1] ?? '') : label;
  const text = isLabel ? shown : convertInline(shown, references, true);
  if (!LINKABLE.test(url)) {
    if (url === '' || url.includes('`')) return notLinked(raw, label, references);
    return shown === '' ? `\`${url}\`` : `${text} \`${url}\``;
  }
  if (shown.trim() === '' || shown === url) return url;
  const target = raw.slice((isImage ? 2 : 1) + label.length).replaceAll('&amp;', '&');
  return `[${text}${target}${realHost(shown, url)}`;
}

function referenceLink(atom: Atom, raw: string, references: Resolve, isLabel: boolean): string {
  const { inner, url: label } = atom;
  const url = addressOf(label, references);
  const text = isLabel ? inner : convertInline(inner, references, true);
  if (url === undefined) {
    const shown = { raw: notLinked(raw, inner, references), text, label: escapePipes(label) };
    return unknownReference(atom, shown, references);
  }
  if (text.trim() === '') return url;
  return `[${text}](${url.replace(/[()]/g, encodeParenthesis)})${realHost(inner, url)}`;
}

const encodeParenthesis = (character: string) => (character === '(' ? '%28' : '%29');

function addressOf(label: string, references: Resolve): string | undefined {
  const url = references.address(label);
  if (url !== undefined) references.used.add(keyOf(label));
  return url;
}

/**
 * The definition may come later, and is then shown there with the label.
 *
 * @param shown - The reference and its parts as they are shown.
 */
function unknownReference(
  { inner, url: label }: Atom,
  shown: { raw: string; text: string; label: string },
  references: Resolve,
): string {
  if (references.stage === 'ended') return shown.raw;
  if (references.stage === 'growing') return shown.text;
  references.miss(label);
  return label === inner ? shown.text : `${shown.text} [${shown.label}]`;
}

function footnote(raw: string, id: string, references: Resolve): string {
  const isKnown = /^\d{1,4}$/.test(id) || references.hasFootnote(id);
  return isKnown || references.stage === 'growing' ? noteMark(references.footnote(id)) : raw;
}

/** A formula as it was written, where its `_` and `*` are no marks. */
function formula(raw: string, inner: string): string {
  const text = onOneLine(inner);
  return text === '' ? escapePipes(raw) : (span(text) ?? escapePipes(raw));
}

/** `__bold__` that neither is in `**bold**` nor has it inside. */
function underlines({ marks }: Inline): [number, number][] {
  const bold = marks.filter(({ mark }) => mark === '**');
  const found: [number, number][] = [];
  // Marks of one kind are in order, and none overlaps another.
  let next = 0;
  for (const { mark, start, end, closed } of marks) {
    if (mark !== '__' || !closed) continue;
    while ((bold[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    if ((bold[next]?.start ?? Number.POSITIVE_INFINITY) >= end) found.push([start, end]);
  }
  return found;
}
