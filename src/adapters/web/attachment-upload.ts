/** A file that a person attaches: its kind told from its bytes, never from its name alone. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { Attachment } from '../../core/types.ts';
import { Refusal } from './refusal.ts';

const NAME_CHARACTERS = 120;
const TEXT = 'text/plain';
/** It is read again for each turn that is shown it. */
const MOST_TEXT_BYTES = 2 ** 20;
/** How many bytes are looked at to tell that a file is text. */
const LOOKED_AT_BYTES = 65_536;

/** Images that models take (OpenAI: PNG, JPEG, WEBP, GIF), by how their bytes begin. */
const IMAGES: [type: string, isOne: (bytes: Buffer) => boolean][] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString('latin1'))],
  ['image/webp', (bytes) => /^RIFF....WEBP$/s.test(bytes.subarray(0, 12).toString('latin1'))],
];

/** @throws Refusal 400 when it is empty, 415 when it is neither text nor an image that models take */
export async function readAttachment(c: Context): Promise<{ attachment: Attachment; bytes: Buffer }> {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (bytes.length === 0) throw new Refusal(400, 'empty', 'This file is empty.');
  const type = typeOf(bytes);
  if (!type) {
    throw new Refusal(
      415,
      'file-type',
      'Parley takes images (PNG, JPEG, GIF, WebP) and text files; this is neither.',
    );
  }
  if (type === TEXT && bytes.length > MOST_TEXT_BYTES) {
    throw new Refusal(413, 'too-large', 'A text file can have 1 MB at most.');
  }
  return {
    attachment: { id: randomUUID(), name: nameOf(c.req.query('name')), type, size: bytes.length },
    bytes,
  };
}

function typeOf(bytes: Buffer): string | undefined {
  const image = IMAGES.find(([, isOne]) => isOne(bytes));
  if (image) return image[0];
  const start = bytes.subarray(0, LOOKED_AT_BYTES);
  if (start.includes(0)) return undefined;
  try {
    // `stream`: the look may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return TEXT;
  } catch {
    return undefined;
  }
}

function nameOf(given = ''): string {
  const name = given
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f/\\]+/g, ' ')
    .trim();
  return name.slice(0, NAME_CHARACTERS).toWellFormed() || 'file';
}
