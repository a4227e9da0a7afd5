/** The text of a fetched page: of HTML its main text, of other files what a reader makes of them. */
import { inUtf8 } from '../../core/text/charset.ts';
import type { Documents, WhyUnread } from '../../core/turn/asking/documents.ts';
import { isDocumentType, readKind, TEXT_TYPE } from '../../core/turn/attachment-kind.ts';
import { PAGE_TYPE, pageBytes, TITLE } from '../../documents/page/page-bytes.ts';
import type { FetchedPage } from './fetch-page.ts';

export interface PageText {
  /** The address after the redirects. */
  url: string;
  /** Possibly empty. */
  title: string;
  text: string;
}

/** `kind`: a picture, a program, or another file without text. */
export type WhyNoText = WhyUnread | 'kind';

/** Characters of a text that are kept. */
const MOST_CHARACTERS = 1_000_000;
/** Bytes in which HTML is recognised where no media type says so. */
const LOOKED_AT_BYTES = 1_024;
const HTML_TYPE = /^(?:text\/html|application\/xhtml\+xml)\b/i;
const HTML_START = /^(?:\xef\xbb\xbf)?\s*(?:<!--[\s\S]{0,400}?-->\s*)?<(?:!doctype html|html|head|body)\b/i;
const BLANK_LINES = /\n(?:\r?\n){2,}/g;
/** Types of files that are text, whatever their bytes may look like. */
const TEXT_TYPES = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|yaml|toml|javascript|x-ndjson)\b)/i;

export async function textOfPage(
  { url, type, bytes }: FetchedPage,
  documents: Documents,
  signal: AbortSignal,
): Promise<PageText | { none: WhyNoText }> {
  const kind = kindOf(type, bytes);
  if (kind === undefined) return { none: bytes.length === 0 ? 'empty' : 'kind' };
  if (kind === TEXT_TYPE) return plainText(url, type, bytes);
  const given = kind === PAGE_TYPE ? pageBytes({ url, type }, bytes) : bytes;
  const read = await documents.read(given, kind, signal);
  if ('unread' in read) return { none: read.unread };
  const text = Buffer.from(read.text).toString();
  return kind === PAGE_TYPE ? { url, ...titled(text) } : { url, title: '', text: cut(text) };
}

/** The kind of a file by its bytes; by the server's word only for what both HTML and other texts may be. */
function kindOf(type: string, bytes: Buffer): string | undefined {
  const found = readKind(bytes);
  if (found !== undefined && isDocumentType(found)) return found;
  if (HTML_TYPE.test(type)) return PAGE_TYPE;
  const start = bytes.subarray(0, LOOKED_AT_BYTES).toString('latin1');
  const isNamed = type !== '' && !type.startsWith('application/octet-stream');
  if (!isNamed && HTML_START.test(start)) return PAGE_TYPE;
  return found === TEXT_TYPE || TEXT_TYPES.test(type) ? TEXT_TYPE : undefined;
}

function plainText(url: string, type: string, bytes: Buffer): PageText | { none: WhyNoText } {
  const declared = TEXT_TYPES.test(type) ? `text/plain;${type.split(';').slice(1).join(';')}` : type;
  const text = inUtf8(bytes, declared)?.toString();
  if (text === undefined) return { none: 'kind' };
  const shown = cut(text.trim()).replace(BLANK_LINES, '\n\n');
  return shown === '' ? { none: 'empty' } : { url, title: '', text: shown };
}

/** A page's text has its title in the first line. */
function titled(text: string): { title: string; text: string } {
  const end = text.indexOf('\n');
  const title = text.slice(TITLE.length, end < 0 ? undefined : end).trim();
  return { title, text: cut(end < 0 ? '' : text.slice(end).trim()) };
}

const cut = (text: string) => text.slice(0, MOST_CHARACTERS).toWellFormed();
