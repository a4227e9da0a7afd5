/**
 * The inline part of Markdown (CommonMark 0.31 with GFM's links and `~~`), in a time that grows with the text and
 * not with its square. It differs where people expect it: a line's end is kept, formulas stay as they are written,
 * and marks work beside Chinese, Japanese and Korean.
 */
import { characterBefore, isWord } from './characters.ts';
import { runAt } from './emphasis.ts';
import { createFinder } from './finder.ts';
import { formulaEnd } from './formulas.ts';
import { type InlineNode, isMarkTag, type MarkTag, plainText } from './inline-nodes.ts';
import { type Piece, treeOf } from './inline-tree.ts';
import { bareLinkAt, mailAt, targetAt } from './link-target.ts';

/** Addresses by the names that link definitions (`[name]: address`) give them, see `definitionName`. */
export type Definitions = ReadonlyMap<string, string>;

export interface InlineOptions {
  definitions: Definitions;
  /** The text goes on: what is half-written at its end is shown as it will be. */
  growing: boolean;
}

interface Bracket {
  /** Of the piece that shows it. */
  piece: number;
  isImage: boolean;
  /** Where its label begins. */
  label: number;
}

interface Tag {
  name: MarkTag;
  piece: number;
}

const PLAIN = /[^\\`*_~![\]<$@\nhw]+/y;
const AUTOLINK = /<(?:([a-z][a-z\d+.-]{1,31}:[^\s<>]*)|([\w.+-]{1,64}@[a-z\d.-]{1,255}))>/iy;
const TAG = /<(\/?)([a-z]{1,6})\s{0,9}\/?>/iy;
const NOTE = /\[\^([^[\]\s]{1,50})\]/y;
/** CommonMark: a label has at most 999 characters. */
const LONGEST_LABEL = 999;
/** Of a label or tag that is being written, as much is hidden at most. */
const LONGEST_UNFINISHED = 500;

export function definitionName(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

export function parseInline(source: string, { definitions, growing }: InlineOptions): InlineNode[] {
  const text = growing ? withoutDangling(source) : source;
  const find = createFinder(text);
  const pieces: Piece[] = [];
  const brackets: Bracket[] = [];
  const tags: Tag[] = [];
  /** So many of the brackets stand before a link, and can't begin one around it. */
  let spent = 0;
  let at = 0;

  const write = (words: string) => void pieces.push({ type: 'text', text: words });
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };

  /** Takes the pieces behind this one as the content of a link or tag. */
  const takeFrom = (piece: number, isOpen = false): InlineNode[] => {
    const inside = pieces.splice(piece).slice(1);
    while ((brackets.at(-1)?.piece ?? -1) >= piece) brackets.pop();
    while ((tags.at(-1)?.piece ?? -1) >= piece) tags.pop();
    spent = Math.min(spent, brackets.length);
    return treeOf(inside, isOpen);
  };

  const readers: Record<string, () => boolean> = {
    '\\': readBackslash,
    '`': readCode,
    '*': readRun,
    _: readRun,
    '~': readRun,
    '!': () => text.charAt(at + 1) === '[' && openBracket(true),
    '[': () => readNote() || openBracket(false),
    ']': closeBracket,
    '<': () => readComment() || readAutolink() || readTag(),
    $: readFormula,
    '@': readMail,
    '\n': readBreak,
    h: readBareLink,
    H: readBareLink,
    w: readBareLink,
    W: readBareLink,
  };

  function readBackslash(): boolean {
    if (readFormula()) return true;
    const next = text.charAt(at + 1);
    if (next === '\n') {
      at++;
      return readBreak();
    }
    if (!/[!-/:-@[-`{-~]/.test(next)) return false;
    pieces.push({ type: 'literal', text: next });
    at += 2;
    return true;
  }

  function readFormula(): boolean {
    const end = formulaEnd(find, at, growing);
    if (end < 0) return false;
    pieces.push({ type: 'formula', text: text.slice(at, end) });
    at = end;
    return true;
  }

  function readCode(): boolean {
    let start = at;
    while (text.charAt(start) === '`') start++;
    const fence = text.slice(at, start);
    let end = find.next(fence, start);
    // A longer run is another one.
    while (end >= 0 && text.charAt(end + fence.length) === '`') {
      while (text.charAt(end) === '`') end++;
      end = find.next(fence, end);
    }
    if (end < 0 && !growing) {
      write(fence);
      at = start;
      return true;
    }
    const inside = text.slice(start, end < 0 ? undefined : end).replaceAll('\n', ' ');
    const isPadded = /^ .*\S.* $/.test(inside);
    pieces.push({ type: 'code', text: isPadded ? inside.slice(1, -1) : inside });
    at = end < 0 ? text.length : end + fence.length;
    return true;
  }

  function readRun(): boolean {
    const run = runAt(text, at);
    if (!run) {
      while (text.charAt(at) === '~') {
        write('~');
        at++;
      }
      return true;
    }
    pieces.push(run);
    at += run.length;
    return true;
  }

  function readNote(): boolean {
    const label = match(NOTE)?.[1];
    if (label === undefined) return false;
    pieces.push({ type: 'note', label });
    at += label.length + 3;
    return true;
  }

  function openBracket(isImage: boolean): true {
    const mark = isImage ? '![' : '[';
    brackets.push({ piece: pieces.length, isImage, label: at + mark.length });
    write(mark);
    at += mark.length;
    return true;
  }

  function closeBracket(): boolean {
    const bracket = brackets.pop();
    if (!bracket) return false;
    const isSpent = brackets.length < spent;
    spent = Math.min(spent, brackets.length);
    if (isSpent && !bracket.isImage) return false;
    const target = linkTarget(bracket);
    if (target === null) return false;
    at = target.end;
    const children = takeFrom(bracket.piece);
    const { href } = target;
    if (href === null) pieces.push(...children);
    else if (bracket.isImage) pieces.push({ type: 'image', href, text: plainText(children) });
    else {
      pieces.push({ type: 'link', href, bare: false, children });
      spent = brackets.length;
    }
    return true;
  }

  /** `href` is null for a link that is still being written: its label is shown. */
  function linkTarget({ label }: Bracket): { href: string | null; end: number } | null {
    const end = at + 1;
    if (text.charAt(end) === '(') {
      const target = targetAt(text, end + 1);
      if (target === 'unfinished') return growing ? { href: null, end: text.length } : null;
      if (target) return target;
    }
    if (at - label > LONGEST_LABEL) return null;
    const own = text.slice(label, at);
    const reference = /^\[([^[\]]{0,999})\]/.exec(text.slice(end, end + LONGEST_LABEL + 2));
    const name = definitionName(reference?.[1] || own);
    const href = definitions.get(name);
    if (href !== undefined) return { href, end: end + (reference?.[0].length ?? 0) };
    return growing && end === text.length && own.trim().length > 1 ? { href: null, end } : null;
  }

  function readComment(): boolean {
    if (!text.startsWith('<!--', at)) return false;
    const end = find.next('-->', at + 4);
    if (end < 0 && !growing) return false;
    at = end < 0 ? text.length : end + 3;
    return true;
  }

  function readAutolink(): boolean {
    const [all, address, mail] = match(AUTOLINK) ?? [];
    if (all === undefined) return false;
    const words = address ?? mail ?? '';
    const href = address ?? `mailto:${mail}`;
    pieces.push({ type: 'link', href, bare: true, children: [{ type: 'literal', text: words }] });
    at += all.length;
    return true;
  }

  function readTag(): boolean {
    const [all, slash, letters] = match(TAG) ?? [];
    const name = letters?.toLowerCase() ?? '';
    if (all === undefined) return false;
    if (name === 'br') {
      at += all.length;
      pieces.push({ type: 'break' });
      return true;
    }
    if (!isMarkTag(name)) return false;
    if (slash === '') tags.push({ name, piece: pieces.length });
    else if (tags.at(-1)?.name === name) {
      const { piece } = tags.at(-1) ?? { piece: 0 };
      pieces.push({ type: 'mark', tag: name, children: takeFrom(piece) });
      at += all.length;
      return true;
    }
    write(all);
    at += all.length;
    return true;
  }

  function readMail(): boolean {
    const last = pieces.at(-1);
    const mail = mailAt(text, at);
    // The name was read as text already; where marks are in it, it stays text.
    const start = mail ? at - mail.start : 0;
    if (!mail || last?.type !== 'text' || last.text.length < start) return false;
    const words = text.slice(mail.start, mail.end);
    pieces[pieces.length - 1] = { type: 'text', text: last.text.slice(0, last.text.length - start) };
    pieces.push({
      type: 'link',
      href: `mailto:${words}`,
      bare: true,
      children: [{ type: 'literal', text: words }],
    });
    at = mail.end;
    return true;
  }

  function readBareLink(): boolean {
    if (
      isWord(characterBefore(text, at)) &&
      !/[\u3000-\u9fff\uac00-\ud7ff\uff00-\uffef]/.test(text.charAt(at - 1))
    )
      return false;
    const target = bareLinkAt(text, at);
    if (!target) return false;
    const words = text.slice(at, target.end);
    pieces.push({ type: 'link', href: target.href, bare: true, children: [{ type: 'text', text: words }] });
    at = target.end;
    return true;
  }

  function readBreak(): true {
    const last = pieces.at(-1);
    if (last?.type === 'text') pieces[pieces.length - 1] = { type: 'text', text: last.text.trimEnd() };
    pieces.push({ type: 'break' });
    at++;
    while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
    return true;
  }

  while (at < text.length) {
    const plain = match(PLAIN)?.[0];
    if (plain !== undefined) {
      write(plain);
      at += plain.length;
    } else if (!readers[text.charAt(at)]?.()) {
      const last = pieces.at(-1);
      // A name before an `@` is one piece.
      if (last?.type === 'text') last.text += text.charAt(at);
      else write(text.charAt(at));
      at++;
    }
  }
  if (growing) {
    for (const { piece, label } of brackets) {
      if (text.length - label < LONGEST_UNFINISHED) pieces[piece] = { type: 'text', text: '' };
    }
    for (let tag = tags.pop(); tag; tag = tags.pop()) {
      pieces.push({ type: 'mark', tag: tag.name, children: takeFrom(tag.piece, true) });
    }
  }
  return treeOf(pieces, growing);
}

/** Half a tag, reference or escape at the end, and marks with nothing behind them, mean nothing yet. */
function withoutDangling(text: string): string {
  const start = Math.max(0, text.length - LONGEST_UNFINISHED);
  const tail = text
    .slice(start)
    .replace(/<(?:[a-z/!-][^<>\n]*)?$/i, '')
    .replace(/&#?[a-z\d]{0,31}$/i, '')
    .replace(/(?:[*_~`\\$]|!?\[|\]\()+$/, '');
  return text.slice(0, start) + tail;
}
