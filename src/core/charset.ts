/** Text files in whatever charset, as UTF-8: the one that all of Parley reads. */

/** Charsets whose bytes are all ASCII, so that they look like UTF-8. */
const SEVEN_BIT = /^(?:iso-2022-|hz-|utf-7)/;
const FALLBACK = 'windows-1252';
/** Bytes that Windows-1252 has no character for. */
const UNDEFINED_BYTES = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** A text in Western Europe's languages has fewer letters beside ASCII; another charset, or no text, has more. */
const MOST_FOREIGN_SHARE = 0.25;
/** How much is looked at to tell UTF-16 without its mark. */
const LOOKED_AT_BYTES = 4_096;
/** Control characters that no text has; a tab, line ends, a backspace and an escape are none. */
const BINARY = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f]/;

/**
 * The same text in UTF-8, without a byte order mark; undefined where it is no text.
 * @param declared the media type that the platform or a server gives, such as `text/csv; charset=shift_jis`
 */
export function inUtf8(bytes: Buffer, declared = ''): Buffer | undefined {
  const text = decoded(bytes, declared.toLowerCase());
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

function decoded(bytes: Buffer, declared: string): string | undefined {
  const marked = markedCharset(bytes);
  if (marked) return textIn(bytes, marked);
  const [, named] = /charset\s*=\s*"?([\w.:-]{1,40})/.exec(declared) ?? [];
  if (named && SEVEN_BIT.test(named)) return textIn(bytes, named);
  if (!bytes.includes(0)) {
    const utf8 = strictly(bytes, 'utf-8');
    if (utf8 !== undefined) return utf8;
  }
  const wide = wideCharset(bytes);
  if (wide) return textIn(bytes, wide);
  if (named && !/^utf-?8$/.test(named)) return textIn(bytes, named);
  return declared.startsWith('text/') && isWestern(bytes) ? textIn(bytes, FALLBACK) : undefined;
}

/** By the byte order mark. */
function markedCharset(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // UTF-32 begins the same, and is read nowhere.
  const isUtf32 = third === 0 && fourth === 0;
  return first === 0xff && second === 0xfe && !isUtf32 ? 'utf-16le' : undefined;
}

/** UTF-16 without a mark: most of its text is ASCII, so that every other byte is a zero. */
function wideCharset(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, LOOKED_AT_BYTES);
  const zeros = [0, 0];
  for (const [index, byte] of start.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = start.length / 4;
  if (bytes.length % 2 === 1 || Math.max(even, odd) < enough || Math.min(even, odd) > 0) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

function isWestern(bytes: Buffer): boolean {
  let foreign = 0;
  for (const byte of bytes) {
    if (UNDEFINED_BYTES.has(byte)) return false;
    if (byte >= 0x80) foreign++;
  }
  return foreign <= bytes.length * MOST_FOREIGN_SHARE;
}

function textIn(bytes: Buffer, charset: string): string | undefined {
  const text = strictly(bytes, charset);
  return text === undefined || BINARY.test(text) ? undefined : text;
}

/** Undefined where the bytes are not of that charset, or nobody knows it. */
function strictly(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
