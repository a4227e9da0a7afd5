/** Reads links and images, in brackets and bare. */
import { characterBefore, isCjk, isWord } from './characters.ts';
import { plainText } from './inline-nodes.ts';
import { type Bracket, type InlineReader, matchNext, takeFrom, writeNext } from './inline-reader.ts';
import { bareLinkAt, mailAt, type Target, targetAt } from './link-target.ts';

const AUTOLINK = /<(?:([a-z][a-z\d+.-]{1,31}:[^\s<>]*)|([\w.+-]{1,64}@[a-z\d.-]{1,255}))>/iy;
/** CommonMark: a label has at most 999 characters. */
const LONGEST_LABEL = 999;

/** The normalised name of a definition, `[name]: address`. */
export function definitionName(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

export function openBracket(reader: InlineReader, isImage: boolean): true {
  const length = isImage ? 2 : 1;
  reader.brackets.push({ piece: reader.pieces.length, isImage, label: reader.at + length });
  writeNext(reader, length);
  return true;
}

export function closeBracket(reader: InlineReader): boolean {
  const { brackets, pieces } = reader;
  const bracket = brackets.pop();
  if (!bracket) return false;
  const isSpent = brackets.length < reader.spent;
  reader.spent = Math.min(reader.spent, brackets.length);
  if (isSpent && !bracket.isImage) return false;
  const target = targetOf(reader, bracket);
  if (target === null) return false;
  reader.at = target.end;
  const children = takeFrom(reader, bracket.piece);
  const { href } = target;
  if (href === null) pieces.push(...children);
  else if (bracket.isImage) pieces.push({ type: 'image', href, text: plainText(children) });
  else {
    pieces.push({ type: 'link', href, bare: false, children });
    reader.spent = brackets.length;
  }
  return true;
}

/** The target of a link. `href` is null while the link is being written: only its label is shown. */
function targetOf(
  reader: InlineReader,
  { label }: Bracket,
): (Omit<Target, 'href'> & { href: string | null }) | null {
  const { text, at, growing, definitions } = reader;
  const end = at + 1;
  if (text.charAt(end) === '(') {
    const target = targetAt(text, end + 1);
    if (target === 'unfinished') return growing ? { href: null, end: text.length } : null;
    if (target) return target;
  }
  if (at - label > LONGEST_LABEL) return null;
  const own = text.slice(label, at);
  const reference = /^\[([^[\]]{0,999})\]/.exec(text.slice(end, end + LONGEST_LABEL + 2));
  const href = definitions.get(definitionName(reference?.[1] || own));
  if (href !== undefined) return { href, end: end + (reference?.[0].length ?? 0) };
  return growing && end === text.length && own.trim().length > 1 ? { href: null, end } : null;
}

/** `<https://…>` and `<ada@example.com>` */
export function readAutolink(reader: InlineReader): boolean {
  const [all, address, mail] = matchNext(reader, AUTOLINK) ?? [];
  if (all === undefined) return false;
  pushBare(reader, address ?? `mailto:${mail}`, address ?? mail ?? '');
  reader.at += all.length;
  return true;
}

export function readBareLink(reader: InlineReader): boolean {
  const { text, at } = reader;
  const before = characterBefore(text, at);
  if (isWord(before) && !isCjk(before)) return false;
  const target = bareLinkAt(text, at);
  if (!target) return false;
  pushBare(reader, target.href, text.slice(at, target.end));
  reader.at = target.end;
  return true;
}

export function readMail(reader: InlineReader): boolean {
  const { text, at, pieces } = reader;
  const last = pieces.at(-1);
  const mail = mailAt(text, at);
  // The name before `@` was already read as text. If it holds marks, it stays text.
  const length = mail ? at - mail.start : 0;
  if (!mail || last?.type !== 'text' || last.text.length < length) return false;
  pieces[pieces.length - 1] = { type: 'text', text: last.text.slice(0, last.text.length - length) };
  const address = text.slice(mail.start, mail.end);
  pushBare(reader, `mailto:${address}`, address);
  reader.at = mail.end;
  return true;
}

function pushBare(reader: InlineReader, href: string, words: string): void {
  reader.pieces.push({ type: 'link', href, bare: true, children: [{ type: 'text', text: words }] });
}
