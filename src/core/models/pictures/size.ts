/** Reads the size of a picture from the beginning of its file. */

export interface PictureSize {
  /** Pixels. */
  width: number;
  height: number;
}

/** Characters of base64 that are read. A JPEG can have a large colour profile and a preview before its size. */
const READ = { most: 64, mostOfJpeg: 2 ** 19 };
/** Frames of JPEG that have a size. C4, C8 and CC lie between them, and are tables (ITU T.81, table B.1). */
const [FIRST_FRAME, LAST_FRAME, TABLES] = [0xc0, 0xcf, [0xc4, 0xc8, 0xcc]];

/** Undefined where the format is not known, or its beginning tells no size. */
export function sizeOfPicture(base64: string): PictureSize | undefined {
  const isJpeg = base64.startsWith('/9j/');
  const bytes = Buffer.from(base64.slice(0, isJpeg ? READ.mostOfJpeg : READ.most), 'base64');
  try {
    const size = sizeIn(bytes);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    // The file ends within its own beginning.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sizeIn(bytes: Buffer): PictureSize | undefined {
  const begins = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text;
  if (begins('\x89PNG')) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (begins('GIF8')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (begins('\xff\xd8')) return sizeOfJpeg(bytes);
  return begins('RIFF') && begins('WEBP', 8)
    ? sizeOfWebp(bytes, bytes.toString('latin1', 12, 16))
    : undefined;
}

function sizeOfJpeg(bytes: Buffer): PictureSize | undefined {
  for (let at = 2; bytes.readUInt8(at) === 0xff; ) {
    const kind = bytes.readUInt8(at + 1);
    if (kind >= FIRST_FRAME && kind <= LAST_FRAME && !TABLES.includes(kind))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    // 0xff may be repeated before a segment, which has a length.
    at += kind === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Lossy, lossless and extended WebP (RFC 9649). */
function sizeOfWebp(bytes: Buffer, kind: string): PictureSize | undefined {
  if (kind === 'VP8 ') {
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8X') return undefined;
  return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
}
