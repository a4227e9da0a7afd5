/** What stands inside one paragraph, item or cell: things that are one piece, and marks around text. */
import { codeRuns } from './code-runs.ts';
import { createMarks, type Mark } from './marks.ts';

/** One piece: code, a link, a mention and the like. Marks in it are text. */
export interface Atom {
  kind: 'code' | 'link' | 'image' | 'url' | 'mention' | 'escape' | 'math' | 'tag' | 'break';
  start: number;
  end: number;
  /** What is in it: the code, the formula, the link's text. */
  inner: string;
  /** The address of a link or an image. */
  url: string;
}

/** What the text breaks off in, which more text may complete. */
export interface Pending {
  kind: 'code' | 'link' | 'mention' | 'url';
  start: number;
  /** The run of backticks; a link's text; the address. */
  inner: string;
}

export interface Inline {
  atoms: Atom[];
  marks: Mark[];
  /** In the order in which they matter to what is shown. */
  pending: Pending[];
}

const SPECIAL = /\\|`+|\*+|_+|~+|\|+|!?\[|\]|<|\$+|https?:\/\//g;
const MENTION = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::\w)?|\/[^<>\n]{1,100}:\d+|id:\w+)>/y;
const AUTOLINK = /<(?:https?:\/\/|mailto:)[^\s<>]{1,2000}>/y;
const BREAK = /<br\s{0,3}\/?>/iy;
const TAG = /<\/?[a-z][^<>\n]{0,200}>/iy;
const URL_TEXT = /https?:\/\/(?:(?!\]\()[^\s<>`])*/y;
/** Pandoc's rule for `$x$`, and only where it looks like a formula: prices are no mathematics. */
const DOLLARS = /\$(?=[^\s$])[^$\n]{0,200}?[\\^_{}=][^$\n]{0,200}?(?<=\S)\$(?!\d)/y;
/** Address and title behind a link's text; parentheses in it two deep. */
const TARGET =
  /\(\s{0,3}(<[^<>\n]{0,2000}>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]{0,500}\)){0,500}\)){0,2000})(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?\s{0,3}\)/y;
const HALF_TARGET = /\([^\s()]{0,2000}$/y;
const LONGEST_LABEL = 500;
const NOTHING: Inline = { atoms: [], marks: [], pending: [] };

/** In a time that grows with the text. */
export function readInline(text: string): Inline {
  SPECIAL.lastIndex = 0;
  if (!SPECIAL.test(text)) return NOTHING;
  const atoms: Atom[] = [];
  const marks = createMarks(text);
  const brackets: number[] = [];
  const code = codeRuns(text);
  let pending: Pending[] = [];
  const absent = new Set<string>();
  const find = (end: string, from: number): number => {
    const at = absent.has(end) ? -1 : text.indexOf(end, from);
    if (at < 0) absent.add(end);
    return at;
  };
  const take = (kind: Atom['kind'], start: number, end: number, inner = '', url = ''): number => {
    atoms.push({ kind, start, end, inner, url });
    return end;
  };

  SPECIAL.lastIndex = 0;
  for (let match = SPECIAL.exec(text); match; match = SPECIAL.exec(text)) {
    const [found] = match;
    const at = match.index;
    let next = at + found.length;
    const first = found[0] ?? '';
    if (first === '\\') next = escaped(at);
    else if (first === '`') {
      const end = code.after(found.length, next);
      if (end >= 0) next = take('code', at, end + found.length, text.slice(next, end));
      else if (!pending.some(({ kind }) => kind === 'code'))
        pending.push({ kind: 'code', start: at, inner: found });
    } else if (first === '[' || found === '![') brackets.push(at);
    else if (first === ']') next = closeBracket(at);
    else if (first === '<') next = angle(at);
    else if (first === 'h') next = address(at);
    else if (first === '$') next = dollars(at, found);
    else marks.read(found, at);
    SPECIAL.lastIndex = next;
  }
  const bracket = openBracket();
  if (bracket) pending.push(bracket);
  return { atoms, marks: marks.all(), pending };

  function escaped(at: number): number {
    const next = text[at + 1] ?? '';
    if (next === '(' || next === '[') {
      const end = find(next === '(' ? '\\)' : '\\]', at + 2);
      const inner = end < 0 ? '' : text.slice(at + 2, end);
      const formula = inner.length <= 1000 && (next === '(' ? inner.trim() !== '' : /[\\^_=+{}]/.test(inner));
      if (formula) return take('math', at, end + 2, inner);
    }
    return /[!-/:-@[-`{-~\n]/.test(next) ? take('escape', at, at + 2, next) : at + 1;
  }

  function address(at: number): number {
    const [found = ''] = matchAt(URL_TEXT, text, at) ?? [];
    // At the text's end, what follows may show that a mark is the address's own.
    if (at + found.length === text.length) pending.push({ kind: 'url', start: at, inner: found });
    return take('url', at, at + withoutPunctuation(found).length);
  }

  function closeBracket(at: number): number {
    const start = brackets.pop();
    if (start === undefined) return at + 1;
    const image = text[start] === '!';
    const label = text.slice(start + (image ? 2 : 1), at);
    if (at + 1 === text.length && !/^[ x]$/i.test(label)) {
      if (label.length <= LONGEST_LABEL) pending.push({ kind: 'link', start, inner: label });
      return at + 1;
    }
    if (text[at + 1] !== '(') return at + 1;
    const target = matchAt(TARGET, text, at + 1);
    if (target) {
      while ((atoms.at(-1)?.start ?? -1) >= start) atoms.pop();
      marks.drop(start);
      pending = pending.filter((half) => half.start < start);
      const url = (target[1] ?? '').replace(/^<|>$/g, '');
      return take(image ? 'image' : 'link', start, at + 1 + target[0].length, label, url);
    }
    if (matchAt(HALF_TARGET, text, at + 1)) {
      pending.push({ kind: 'link', start, inner: label });
      return text.length;
    }
    return at + 1;
  }

  function openBracket(): Pending | null {
    const start = brackets.at(-1);
    if (start === undefined) return null;
    const inner = text.slice(start).replace(/^!?\[/, '');
    return inner.length <= LONGEST_LABEL && !inner.includes('\n') ? { kind: 'link', start, inner } : null;
  }

  function angle(at: number): number {
    for (const [kind, pattern] of ANGLES) {
      const found = matchAt(pattern, text, at);
      if (found) return take(kind, at, at + found[0].length);
    }
    if (text.length - at <= 40 && /^<(?:[@#:/a-z][^\s<>]*)?$/i.test(text.slice(at))) {
      pending.push({ kind: 'mention', start: at, inner: '' });
    }
    return at + 1;
  }

  function dollars(at: number, run: string): number {
    if (run === '$$') {
      const end = find('$$', at + 2);
      if (end > at + 2 && end - at <= 1000) return take('math', at, end + 2, text.slice(at + 2, end));
    } else if (run === '$') {
      const found = matchAt(DOLLARS, text, at);
      if (found) return take('math', at, at + found[0].length, found[0].slice(1, -1));
    }
    return at + run.length;
  }
}

const ANGLES: [Atom['kind'], RegExp][] = [
  ['mention', MENTION],
  ['url', AUTOLINK],
  ['break', BREAK],
  ['tag', TAG],
];

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A sentence's or a mark's characters behind an address are not its own. */
function withoutPunctuation(url: string): string {
  let end = url.length;
  while ('.,;:!?\'"*_~|)]}'.includes(url[end - 1] ?? ' ')) end--;
  return url.slice(0, end);
}
