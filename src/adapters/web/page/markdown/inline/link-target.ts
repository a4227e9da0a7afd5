/** Reads link targets: `(address "title")` after a label, and bare addresses in text. */

/** Most units of an address or a title. */
const LONGEST = 8000;
const DEEPEST_BRACKETS = 32;

export interface Target {
  href: string;
  /** Index after the closing bracket. */
  end: number;
}

/** The target after `(` at `from`; `unfinished` where the text ends inside it. */
export function targetAt(text: string, from: number): Target | 'unfinished' | null {
  let at = skipSpace(text, from);
  const address = addressAt(text, at);
  if (!address) return at >= text.length ? 'unfinished' : null;
  at = skipSpace(text, address.end);
  const quote = text.charAt(at);
  if (at > address.end && (quote === '"' || quote === "'" || quote === '(')) {
    const close = text.slice(0, at + LONGEST).indexOf(quote === '(' ? ')' : quote, at + 1);
    if (close < 0) return text.length - at < LONGEST ? 'unfinished' : null;
    at = skipSpace(text, close + 1);
  }
  if (at >= text.length) return 'unfinished';
  return text.charAt(at) === ')' ? { href: address.href, end: at + 1 } : null;
}

function addressAt(text: string, from: number): Target | null {
  if (text.charAt(from) === '<') {
    const [all, href] = /^<([^<>\n]*)>/.exec(text.slice(from, from + LONGEST)) ?? [];
    return href === undefined || all === undefined ? null : { href, end: from + all.length };
  }
  let depth = 0;
  let at = from;
  for (; at < text.length && at - from < LONGEST; at++) {
    const character = text.charAt(at);
    if (character <= ' ') break;
    if (character === '\\' && /[!-/:-@[-`{-~]/.test(text.charAt(at + 1))) at++;
    else if (character === '(' && ++depth > DEEPEST_BRACKETS) return null;
    else if (character === ')' && --depth < 0) break;
  }
  return { href: withoutEscapes(text.slice(from, at)), end: Math.min(at, text.length) };
}

function withoutEscapes(address: string): string {
  return address.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[ \t\n]/.test(text.charAt(at))) at++;
  return at;
}

const PATH = String.raw`(?:[/?#][^\s<>[\]\x60"*|\\「」『』（）【】《》〈〉、。，．！？；：“”‘’…]*)?`;
const BEGINNING = String.raw`(?:https?:\/\/|www\.)`;
/**
 * A bare address. An ASCII host ends where another script begins (`https://example.comです`). The whole address
 * ends at full-width punctuation, quotes and marks.
 */
const BARE = new RegExp(
  String.raw`${BEGINNING}(?:[a-z\d](?:[a-z\d.-]|[:@](?=[a-z\d]))*|[\p{L}\p{N}.-]+)${PATH}`,
  'iuy',
);
/** A bare address whose host has letters outside ASCII. */
const WIDE = new RegExp(String.raw`${BEGINNING}[\p{L}\p{N}\p{M}.@:-]+${PATH}`, 'iuy');
/** Letters that look like ASCII's: `https://bank.coⅿ` is not a link to bank.co. */
const LOOK_ALIKE =
  /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Coptic}\p{sc=Georgian}\p{sc=Lisu}\p{M}]/uy;

function looksOn(text: string, at: number): boolean {
  LOOK_ALIKE.lastIndex = at;
  return LOOK_ALIKE.test(text);
}

export function bareLinkAt(text: string, at: number): Target | null {
  BARE.lastIndex = at;
  let [found] = BARE.exec(text) ?? [];
  if (found !== undefined && looksOn(text, at + found.length)) {
    WIDE.lastIndex = at;
    [found] = WIDE.exec(text) ?? [];
  }
  if (found === undefined) return null;
  const address = trimEnd(found);
  if (!/^(?:https?:\/\/|www\.)[^/.]/i.test(address)) return null;
  return { href: /^www\./i.test(address) ? `http://${address}` : address, end: at + address.length };
}

/** GFM, "extended autolink path validation": punctuation at the end belongs to the sentence. */
function trimEnd(address: string): string {
  let end = address.length;
  let unopened = count(address, ')') - count(address, '(');
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (last === ')' && unopened > 0) unopened--;
    else if (!"?!.,:;_~'".includes(last)) break;
  }
  return address.slice(0, end);
}

function count(text: string, wanted: string): number {
  return text.split(wanted).length - 1;
}

const MAIL_NAME = /[\w.+-]/;
/** Most characters of the name before the `@` (RFC 5321, 4.5.3.1.1). */
const LONGEST_MAIL_NAME = 64;
const MAIL_DOMAIN = /@[a-z\d-]+(?:\.[a-z\d-]+)+/iy;

/** The mail address around the `@` at `at`; null where there is none. */
export function mailAt(text: string, at: number): { start: number; end: number } | null {
  let start = at;
  while (start > Math.max(0, at - LONGEST_MAIL_NAME) && MAIL_NAME.test(text.charAt(start - 1))) start--;
  MAIL_DOMAIN.lastIndex = at;
  const domain = MAIL_DOMAIN.exec(text);
  if (start === at || !domain || /[-_]$/.test(domain[0])) return null;
  if (looksOn(text, at + domain[0].length)) return null;
  return { start, end: at + domain[0].length };
}
