/** Recognises the kind of a file by its bytes, never by its name, and makes its name safe to show. */
import { seenName } from '../text/unseen.ts';

export const TEXT_TYPE = 'text/plain';

const NAME_CHARACTERS = 120;
/** Bytes that are read to recognise a text file. */
const LOOKED_AT_BYTES = 65_536;
/** Bytes within which the header of a WebM file names its kind. */
const EBML_HEADER_BYTES = 64;

/**
 * Kinds by their first bytes: images that models take (OpenAI: PNG, JPEG, GIF, WEBP), and audio that can be
 * transcribed.
 */
const KINDS: [type: string, isOne: (bytes: Buffer, start: string) => boolean][] = [
  ['image/png', (_, start) => start.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (_, start) => start.startsWith('\xff\xd8\xff')],
  ['image/gif', (_, start) => /^GIF8[79]a/.test(start)],
  ['image/webp', (_, start) => /^RIFF....WEBP/s.test(start)],
  ['audio/wav', (_, start) => /^RIFF....WAVE/s.test(start)],
  ['audio/ogg', (_, start) => start.startsWith('OggS\0')],
  ['audio/mp4', (_, start) => /^\0...ftyp(?:M4A|M4B|mp4|iso|dash)/s.test(start)],
  ['audio/webm', (_, start) => start.startsWith('\x1a\x45\xdf\xa3') && start.includes('webm')],
  // An ID3 tag, or a frame: eleven bits set, then the version and layer III.
  ['audio/mpeg', (_, start) => /^ID3[\x02-\x04]/.test(start)],
  ['audio/mpeg', ([first = 0, second = 0]) => first === 0xff && (second & 0xe6) === 0xe2],
];

/** The media type of an image, audio or text file; undefined for any other file, or an empty one. */
export function readKind(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const start = bytes.subarray(0, EBML_HEADER_BYTES).toString('latin1');
  const kind = KINDS.find(([, isOne]) => isOne(bytes, start));
  if (kind) return kind[0];
  return isText(bytes.subarray(0, LOOKED_AT_BYTES)) ? TEXT_TYPE : undefined;
}

/** A file's name, without characters that would make it a path or control a terminal. */
export function nameOf(given = ''): string {
  return seenName(given.replace(/[/\\]+/g, ' '), NAME_CHARACTERS) || 'file';
}

function isText(start: Buffer): boolean {
  if (start.includes(0)) return false;
  try {
    // `stream`: the bytes may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
