/** Converts text files of any charset to UTF-8, the only charset that Parley reads. */

/** Charsets that use ASCII bytes only, so that they look like UTF-8. */
const SEVEN_BIT = /^(?:iso-2022-|hz-|utf-7)/;
const FALLBACK = 'windows-1252';
/** Bytes without a character in Windows-1252. */
const UNDEFINED_BYTES = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/**
 * Largest share of non-ASCII letters in a Western European text. Above it, the bytes are another charset or no
 * text.
 */
const MOST_FOREIGN_SHARE = 0.25;
/** Bytes examined to recognise UTF-16 without a byte order mark. */
const LOOKED_AT_BYTES = 4_096;
/** Control characters that no text has. Tab, line ends, backspace and escape are allowed. */
const BINARY = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f]/;

/**
 * The same text in UTF-8, without a byte order mark. Undefined: the bytes are not text.
 * @param declared the media type from the platform or a server, such as `text/csv; charset=shift_jis`
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

/** The charset named by the byte order mark. */
function markedCharset(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // UTF-32 begins with the same bytes; no reader supports it.
  const isUtf32 = third === 0 && fourth === 0;
  return first === 0xff && second === 0xfe && !isUtf32 ? 'utf-16le' : undefined;
}

/** UTF-16 without a byte order mark: its text is mostly ASCII, so every other byte is zero. */
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

/** The decoded text. Undefined: the bytes do not fit the charset, or the charset is unknown. */
function strictly(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
