/** Small bodies that unpack to gigabytes, made without packing gigabytes. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createZstdCompress,
  gzipSync,
} from 'node:zlib';

export const CODINGS = ['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'zstd, br, gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** A megabyte. */
const PART = Buffer.alloc(2 ** 20, 'a');
/** Unpacked megabytes: of what can be made of parts that repeat, and of what has to be packed whole. */
const SIZE = { repeated: 1_900, whole: 300 };
const made = new Map<string, Promise<Buffer>>();

/** @param start stands before a text without an end, such as the beginning of a JSON string */
export function bombOf(coding: Coding, start: string): Promise<Buffer> {
  const name = `${coding} ${start}`;
  const bomb = made.get(name) ?? make(coding, start);
  made.set(name, bomb);
  return bomb;
}

async function make(coding: Coding, start: string): Promise<Buffer> {
  switch (coding) {
    case 'gzip':
      // Members of gzip stand one after another.
      return Buffer.concat([gzipSync(start), repeated(gzipSync(PART), SIZE.repeated)]);
    case 'deflate': {
      // After a full flush a block needs nothing from before it. Nobody reads on to the checksum.
      const deflate = createDeflate();
      const first = await flushed(deflate, start);
      return Buffer.concat([first, repeated(await flushed(deflate, PART), SIZE.repeated)]);
    }
    case 'br':
      return await packed(
        createBrotliCompress({
          params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 },
        }),
        start,
      );
    case 'zstd':
      return await packed(createZstdCompress(), start);
    case 'gzip, gzip':
      return gzipSync(await bombOf('gzip', start));
    case 'zstd, br, gzip':
      return gzipSync(brotliCompressSync(await bombOf('zstd', start)));
  }
}

function repeated(part: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => part));
}

/** Packs all megabytes, of which only a few are in memory at a time. */
async function packed(packer: NodeJS.ReadWriteStream, start: string): Promise<Buffer> {
  const parts = [Buffer.from(start), ...Array.from({ length: SIZE.whole }, () => PART)];
  return await buffer(Readable.from(parts).pipe(packer));
}

async function flushed(deflate: ReturnType<typeof createDeflate>, text: string | Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const take = (part: Buffer) => void parts.push(part);
  deflate.on('data', take);
  await new Promise((resolve) => deflate.write(text, resolve));
  await new Promise<void>((resolve) => deflate.flush(constants.Z_FULL_FLUSH, resolve));
  deflate.off('data', take);
  return Buffer.concat(parts);
}
