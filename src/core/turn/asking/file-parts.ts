/** A file's text in parts, in which a model reads on. A part begins behind the end of a line, if there is one nearby. */
import type { ByteRange } from '../../storage.ts';

/** Bytes of a part, so at most as many characters. A piece of a stored file is 16 parts, so most parts take one read. */
export const PART_BYTES = 24_576;
/** Bytes before the end of a part in which the end of a line is looked for. */
const NEARBY_BYTES = 2_048;

const NEWLINE = 0x0a;

/** @param size bytes of the whole text */
export const partsIn = (size: number) => Math.max(1, Math.ceil(size / PART_BYTES));

/** The part, from 1, to begin with for reading on from a byte. */
export const partFrom = (byte: number) => Math.floor(byte / PART_BYTES) + 1;

/** The bytes that `textOfPart` needs. */
export const rangeOfPart = (part: number): ByteRange => ({
  from: Math.max(0, (part - 1) * PART_BYTES - NEARBY_BYTES),
  upTo: part * PART_BYTES,
});

/** @param bytes those of `rangeOfPart` */
export function textOfPart(bytes: Buffer, part: number, size: number): string {
  const { from, upTo } = rangeOfPart(part);
  const begin = part === 1 ? 0 : cutBefore(bytes, (part - 1) * PART_BYTES - from);
  const end = upTo >= size ? bytes.length : cutBefore(bytes, upTo - from);
  return bytes.toString('utf8', begin, end);
}

/** The last place at or before `end` where the bytes can be cut: behind a line, or else between two characters. */
export function cutBefore(bytes: Buffer, end: number): number {
  const newline = bytes.lastIndexOf(NEWLINE, end - 1);
  if (newline >= 0 && newline + 1 > end - NEARBY_BYTES) return newline + 1;
  return end - brokenAt(bytes, end);
}

/** Bytes before `end` of a character that goes on behind it (RFC 3629). */
function brokenAt(bytes: Buffer, end: number): number {
  for (let back = 1; back < 4; back++) {
    const byte = bytes[end - back] ?? 0;
    // A byte that begins with the bits 10 continues a character.
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
