/** Converts the content of a paragraph to Discord's Markdown. */

import { isBlockTag } from '../../../../chat/markdown/html/tags.ts';
import { isJoined } from '../../../../chat/markdown/inline/addresses.ts';
import { evenFences, looseBackticks } from '../../../../chat/markdown/inline/fences.ts';
import { readInline } from '../../../../chat/markdown/inline/inline.ts';
import type { Atom, Inline } from '../../../../chat/markdown/inline/reading.ts';
import { realHost, realHostOfBare } from '../../../../chat/markdown/inline/real-host.ts';
import type { References } from '../../../../chat/markdown/inline/references.ts';
import { seenCode } from '../../../../core/text/unseen.ts';
import { applyEdits, type Edit } from './edits.ts';
import { escapeLooseLinks, escapePipes, escapeSpoilers } from './escapes.ts';
import { atomsBesideTags, convertTags, tidyLines } from './html.ts';
import { code, formula } from './inline-code.ts';
import { encodeParentheses, LINKABLE } from './links.ts';
import { addressOf, footnote, type UsedReferences, unknownReference } from './references.ts';

/** Signs that mean something to Discord where Markdown has no mark: each is looked at. */
const LOOSE = /`|\|\||\]\(/;

/** @param isLabel for the label of a link: labels of links within it are not converted */
export function convertInline(text: string, references: UsedReferences, isLabel = false): string {
  const inline = readInline(text, references.isDefined);
  const { atoms, marks, tags } = inline;
  if (atoms.length === 0 && marks.length === 0 && !LOOSE.test(text)) return text;
  const edits = convertTags(text, inline);
  for (const atom of atomsBesideTags(inline)) {
    const { start, end, kind } = atom;
    if (kind === 'break') edits.push(lineBreak(text, atom));
    else edits.push({ start, end, text: convertAtom(atom, text, references, isLabel) });
  }
  for (const [start, end] of underlines(inline)) {
    // Discord underlines what Markdown means to be bold.
    edits.push({ start, end: start + 2, text: '**' }, { start: end - 2, end, text: '**' });
  }
  edits.push(
    ...looseBackticks(text, atoms),
    ...escapeSpoilers(text, atoms),
    ...escapeLooseLinks(text, atoms),
  );
  const shown = applyEdits(text, edits);
  return tags.some(({ name }) => isBlockTag(name) || name === 'hr') ? tidyLines(shown) : shown;
}

/** Brackets that are no link on Discord. Discord reads their content as text. */
function notLinked(raw: string, label: string, references: UsedReferences): string {
  const start = raw.startsWith('!') ? 2 : 1;
  const [before, after] = [raw.slice(0, start), raw.slice(start + label.length)];
  return before + convertInline(label, references, true) + escapePipes(after);
}

function convertAtom(atom: Atom, text: string, references: UsedReferences, isLabel: boolean): string {
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
      return seenCode(inner) === '' ? '' : code(raw, inner);
    case 'url':
      return evenFences(bareUrl(raw.replaceAll('&amp;', '&'), text.charAt(end), references));
    default:
      return evenFences(raw);
  }
}

/** Replaces a line break tag, with the spaces around it and the line end behind it. */
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
  // The host of an address that may still grow would change at each step.
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

function link(
  raw: string,
  label: string,
  url: string,
  isImage: boolean,
  references: UsedReferences,
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

function referenceLink(atom: Atom, raw: string, references: UsedReferences, isLabel: boolean): string {
  const { inner, url: label } = atom;
  const url = addressOf(label, references);
  const text = isLabel ? inner : convertInline(inner, references, true);
  if (url === undefined) {
    const shown = { raw: notLinked(raw, inner, references), text, label: escapePipes(label) };
    return unknownReference(atom, shown, references);
  }
  if (text.trim() === '') return url;
  return `[${text}](${encodeParentheses(url)})${realHost(inner, url)}`;
}

/** The places of `__bold__` that is neither around nor inside `**bold**`. */
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
