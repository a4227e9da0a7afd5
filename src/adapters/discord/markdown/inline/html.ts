/**
 * Converts HTML that models mix into Markdown to Discord's marks. Unknown tags, and tags without a partner,
 * stay text.
 */
import { decodeEntities } from '../../../../chat/markdown/html/entities.ts';
import { attribute, type HtmlTag, isBlockTag } from '../../../../chat/markdown/html/tags.ts';
import type { Atom, Inline } from '../../../../chat/markdown/inline/reading.ts';
import { realHost } from '../../../../chat/markdown/inline/real-host.ts';
import type { Edit } from './edits.ts';
import { encodeParentheses, LINKABLE } from './links.ts';
import { subscript, superscript } from './small-letters.ts';

/** Marks that replace a pair of tags. */
const MARKS: Record<string, string> = {
  ...sameFor('b strong mark summary caption dt', '**'),
  ...sameFor('i em cite var dfn', '*'),
  ...sameFor('u ins', '__'),
  ...sameFor('s del strike', '~~'),
};

function sameFor(names: string, mark: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, mark]));
}

/** A horizontal rule; Discord has none. */
export const RULE = '───';

/** The atoms of a paragraph besides the tags that `convertTags` converts. */
export function atomsBesideTags({ atoms, tags }: Inline): readonly Atom[] {
  if (tags.length === 0) return atoms;
  const starts = new Set(tags.map(({ start }) => start));
  return atoms.filter(({ kind, start }) => kind !== 'tag' || !starts.has(start));
}

/**
 * Replacements for the tags of a paragraph.
 * @param isPlain for a code block, which shows marks as they are
 */
export function convertTags(text: string, { tags }: Inline, isPlain = false): Edit[] {
  const edits: Edit[] = [];
  if (tags.length === 0) return edits;
  const lists: { isOrdered: boolean; count: number }[] = [];
  const open = new Map<string, number>();
  let links = 0;
  for (const [index, tag] of tags.entries()) {
    const { name, start, end, isClosing, mate } = tag;
    const isStart = startsLine(text, tags, index);
    if (!mate && !isVoid(name) && !(isBlockTag(name) && isByItself(text, tag, isStart))) continue;
    const put = (shown: string) =>
      edits.push({
        start: isStart ? lineStart(text, start) : start,
        end: shown.endsWith('\n') ? behindSpaces(text, end) : end,
        text: shown,
      });
    if (name === 'sub' || name === 'sup') {
      if (!isClosing && mate) edits.push(...smallLetters(text, tag, mate));
    } else if (name === 'a') {
      links += isClosing ? -1 : 1;
      put(isPlain ? '' : linkTag(text, tag));
    } else if (name === 'img') put(imageTag(text.slice(start, end), links > 0 || isPlain));
    else if (name === 'ul' || name === 'ol') {
      if (isClosing) lists.pop();
      else lists.push({ isOrdered: name === 'ol', count: 0 });
      put('\n');
    } else if (name === 'li') put(isClosing ? '' : `\n${bullet(lists)}`);
    else if (name === 'td' || name === 'th') put(isClosing && !endsRow(text, end) ? ' · ' : '');
    else if (name === 'q') put(isClosing ? '”' : '“');
    else if (isPlain) put('');
    else put(shownAs(name, isClosing, isOutermost(name, isClosing, open)));
  }
  return edits;
}

/** Removes the empty lines that block tags leave in a paragraph. */
export function tidyLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

const isVoid = (name: string) => name === 'img' || name === 'hr' || name === 'wbr';

/** Whether the tag is the outermost one with its mark. A mark inside itself would end it. */
function isOutermost(name: string, isClosing: boolean, open: Map<string, number>): boolean {
  const mark = MARKS[name] ?? '';
  const before = open.get(mark) ?? 0;
  open.set(mark, isClosing ? Math.max(0, before - 1) : before + 1);
  return before === (isClosing ? 1 : 0);
}

function shownAs(name: string, isClosing: boolean, isMarked: boolean): string {
  const mark = isMarked ? (MARKS[name] ?? '') : '';
  const level = /^h([1-6])$/.exec(name)?.[1];
  if (level !== undefined) {
    const hashes = Number(level) <= 3 ? `${'#'.repeat(Number(level))} ` : '**';
    if (isClosing) return hashes === '**' ? '**\n' : '\n';
    return `\n${hashes}`;
  }
  if (name === 'hr') return `\n${RULE}\n`;
  if (name === 'blockquote') return isClosing ? '\n' : '\n> ';
  if (!isBlockTag(name)) return mark;
  return isClosing ? `${mark}\n` : `\n${mark}`;
}

function bullet(lists: { isOrdered: boolean; count: number }[]): string {
  const list = lists.at(-1);
  const indent = '  '.repeat(Math.min(Math.max(0, lists.length - 1), MOST_INDENTS));
  if (!list?.isOrdered) return `${indent}- `;
  list.count++;
  return `${indent}${list.count}. `;
}

/** Deepest list level that Discord shows (Discord's help: Markdown Text 101 shows two; its clients take eleven). */
const MOST_INDENTS = 10;

function smallLetters(text: string, open: HtmlTag, close: HtmlTag): Edit[] {
  const inner = decodeEntities(text.slice(open.end, close.start));
  const small = open.name === 'sub' ? subscript(inner) : superscript(inner);
  if (small !== undefined) return [{ start: open.start, end: close.end, text: small }];
  return [
    { start: open.start, end: open.end, text: '' },
    { start: close.start, end: close.end, text: '' },
  ];
}

function linkTag(text: string, tag: HtmlTag): string {
  const open = tag.isClosing ? tag.mate : tag;
  const close = tag.isClosing ? tag : tag.mate;
  if (!open || !close) return '';
  const url = attribute(text.slice(open.start, open.end), 'href');
  const label = text.slice(open.end, close.start).trim();
  const isMasked = LINKABLE.test(url) && label !== '' && label !== url;
  if (!tag.isClosing) return isMasked ? '[' : '';
  if (isMasked) return `](${targetOf(url)})${realHost(label, url)}`;
  if (url === '' || url === label || url.includes('`') || url.startsWith('#')) return '';
  if (LINKABLE.test(url)) return url;
  return label === '' ? `\`${url}\`` : ` \`${url}\``;
}

/** The address of an HTML attribute, as a link's target. */
const targetOf = (url: string) => encodeParentheses(url.replace(/[\s<>]/g, encodeURIComponent));

function imageTag(tag: string, isTextOnly: boolean): string {
  const url = attribute(tag, 'src');
  const name = attribute(tag, 'alt') || attribute(tag, 'title');
  const label = name.replace(/[[\]]/g, '');
  if (isTextOnly || !LINKABLE.test(url)) return label;
  if (label === '') return url;
  return `[${label}](${targetOf(url)})${realHost(label, url)}`;
}

/**
 * Whether a tag belongs to an element that continues in another paragraph, and is not a word about HTML. Such a
 * tag begins or ends its line.
 */
function isByItself(text: string, { end, isClosing }: HtmlTag, isStart: boolean): boolean {
  if (isClosing) return isStart || endsLine(text, end);
  return isStart && (endsLine(text, end) || text[end] === '<');
}

/** Whether only white space, or a tag that begins the line, comes before the tag. */
function startsLine(text: string, tags: readonly HtmlTag[], index: number): boolean {
  const start = tags[index]?.start ?? 0;
  const before = tags[index - 1];
  const between = text.slice(Math.max(before?.end ?? 0, start - LONGEST_INDENT), start);
  if (between.trim() !== '') return false;
  if (between.includes('\n') || !before) return between.includes('\n') || start <= LONGEST_INDENT;
  return before.end + between.length === start && isBlockTag(before.name);
}

const LONGEST_INDENT = 40;

function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_INDENT && (text[start - 1] === ' ' || text[start - 1] === '\t'))
    start--;
  return start === 0 || text[start - 1] === '\n' ? start : at;
}

const endsRow = (text: string, at: number) => /^\s{0,40}<\/tr/i.test(text.slice(at, at + 50));

function behindSpaces(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' && end - at < LONGEST_INDENT) end++;
  return end;
}

function endsLine(text: string, at: number): boolean {
  return /^[ \t]{0,9}(?:\n|$)/.test(text.slice(at, at + 11));
}
