/** Decodes a page of the web, as browsers do: by its byte order mark, its server, or its `meta` element. */
import { inUtf8 } from '../../core/text/charset.ts';
import { Unread } from '../document-text.ts';

/** Bytes within which a page names its charset (html.spec.whatwg.org: 4.2.5.4, 1,024 bytes); some do later. */
const LOOKED_AT_BYTES = 4_096;
const IN_TYPE = /charset\s*=\s*["']?([\w.:-]{1,40})/i;
const IN_META = /<meta[^>]{1,300}?charset\s*=\s*["']?([\w.:-]{1,40})/i;
const IN_XML = /^\s*<\?xml[^>]{1,100}?encoding\s*=\s*["']([\w.:-]{1,40})/i;
/** Share of characters that cannot be decoded, above which the bytes are no text. */
const MOST_BROKEN = 0.05;

/** @param type the server's media type @throws Unread `broken` where the bytes are no text */
export function pageText(bytes: Buffer, type: string): string {
  const start = bytes.subarray(0, LOOKED_AT_BYTES).toString('latin1');
  const named = (IN_TYPE.exec(type) ?? IN_XML.exec(start) ?? IN_META.exec(start))?.[1] ?? '';
  const isUtf8 = /^utf-?8$/i.test(named);
  const whole = isUtf8 ? undefined : inUtf8(bytes, `text/html; charset=${named}`);
  return whole ? whole.toString() : withoutBroken(bytes, named);
}

/** A page with some broken characters in it, such as one that was cut within a character. */
function withoutBroken(bytes: Buffer, named: string): string {
  const text = decoderOf(named).decode(bytes);
  const broken = text.split('\ufffd').length - 1;
  if (text.includes('\0') || broken > text.length * MOST_BROKEN) throw new Unread('broken');
  return text.replaceAll('\ufffd', '');
}

function decoderOf(named: string): TextDecoder {
  try {
    return new TextDecoder(named || 'utf-8');
  } catch {
    return new TextDecoder('utf-8');
  }
}
