/** Converts text files of any charset to UTF-8, the only charset that Parley reads. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

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
/** Bytes that are converted at once. */
const SLICE_BYTES = 2 ** 20;

/**
 * The same text in UTF-8, without a byte order mark. Undefined: the bytes are not text.
 * @param declared the media type from the platform or a server, such as `text/csv; charset=shift_jis`
 */
export function inUtf8(bytes: Buffer, declared = ''): Buffer | undefined {
  const steps = converted(bytes, declared.toLowerCase());
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, for texts so long that others must get the event loop meanwhile. */
export async function longTextInUtf8(bytes: Buffer, declared = ''): Promise<Buffer | undefined> {
  const steps = converted(bytes, declared.toLowerCase());
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await turnOfTheLoop();
  }
}

/** Yields after each slice. */
type Steps<T> = Generator<void, T, void>;

function* converted(bytes: Buffer, declared: string): Steps<Buffer | undefined> {
  const marked = markedCharset(bytes);
  if (marked) return yield* textIn(bytes, marked);
  const [, named] = /charset\s*=\s*"?([\w.:-]{1,40})/.exec(declared) ?? [];
  if (named && SEVEN_BIT.test(named)) return yield* textIn(bytes, named);
  if (!bytes.includes(0)) {
    const utf8 = yield* textIn(bytes, 'utf-8', true);
    if (utf8 !== undefined) return utf8;
  }
  const wide = wideCharset(bytes);
  if (wide) return yield* textIn(bytes, wide);
  if (named && !/^utf-?8$/.test(named)) return yield* textIn(bytes, named);
  if (!declared.startsWith('text/') || !(yield* isWestern(bytes))) return undefined;
  return yield* textIn(bytes, FALLBACK);
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

function* isWestern(bytes: Buffer): Steps<boolean> {
  let foreign = 0;
  for (const slice of slicesOf(bytes)) {
    for (const byte of slice) {
      if (UNDEFINED_BYTES.has(byte)) return false;
      if (byte >= 0x80) foreign++;
    }
    yield;
  }
  return foreign <= bytes.length * MOST_FOREIGN_SHARE;
}

/** The text in UTF-8. Undefined: the bytes do not fit the charset, the charset is unknown, or there are binary characters. */
function* textIn(bytes: Buffer, charset: string, mayBeBinary = false): Steps<Buffer | undefined> {
  const parts: Buffer[] = [];
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    for (const slice of slicesOf(bytes)) {
      const text = decoder.decode(slice, { stream: true });
      if (!mayBeBinary && BINARY.test(text)) return undefined;
      parts.push(Buffer.from(text));
      yield;
    }
    parts.push(Buffer.from(decoder.decode()));
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}

function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
}
