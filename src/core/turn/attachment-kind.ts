/** Recognises the kind of a file by its bytes, never by its name, and makes its name safe to show. */
import { seenName } from '../text/unseen.ts';

export const TEXT_TYPE = 'text/plain';

/** Documents: files that become text in a process before a model reads them (`Documents`). */
export const DOCUMENT_TYPES = {
  pdf: 'application/pdf',
  /** Office, OpenDocument, EPUB and zip archives. Their reader tells them apart. */
  zip: 'application/zip',
  /** Office before 2007, and encrypted Office documents (MS-CFB). */
  compound: 'application/x-ole-storage',
  rtf: 'application/rtf',
  notebook: 'application/x-ipynb+json',
  email: 'message/rfc822',
  /** Also a tar archive within gzip, and any other file within it. */
  gzip: 'application/gzip',
  tar: 'application/x-tar',
  /** Archives of other formats, such as 7z and rar. They are not opened. */
  archive: 'application/x-compressed',
} as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[keyof typeof DOCUMENT_TYPES];

const { pdf, zip, compound, rtf, notebook, email, gzip, tar, archive } = DOCUMENT_TYPES;

const NAME_CHARACTERS = 120;
/** Bytes that are read to recognise a text file. */
const LOOKED_AT_BYTES = 65_536;
/** Bytes within which the header of a WebM file names its kind. */
const EBML_HEADER_BYTES = 64;

/** The place of a tar archive's magic bytes (POSIX pax, "ustar Interchange Format"). */
const TAR_MAGIC = 257;
/** 7z, rar, xz, bzip2 and zstd. */
const ARCHIVE_STARTS = ['7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07', '\xfd7zXZ\0', 'BZh', '\x28\xb5\x2f\xfd'];
/** Bytes within which a PDF begins; some have other bytes before it (ISO 32000-1, annex H.3.4.1). */
const PDF_HEADER_BYTES = 1_024;
/** The first line of a message, and a header that only messages have (RFC 5322). */
const EMAIL_START = /^(?:[A-Z][A-Za-z-]{1,40}:[ \t]|From \S+ )/;
const EMAIL_HEADER =
  /^(?:(?:Message-ID|MIME-Version|Received|Return-Path):|Content-Type:[ \t]*multipart\/)/im;

/**
 * Kinds by their first bytes: images that models take (OpenAI: PNG, JPEG, GIF, WEBP), audio that can be transcribed,
 * and documents.
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
  [pdf, (_, start) => start.startsWith('%PDF-')],
  [zip, (_, start) => /^PK(?:\x03\x04|\x05\x06)/.test(start)],
  [compound, (_, start) => start.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  [gzip, (_, start) => start.startsWith('\x1f\x8b\x08')],
  [tar, (bytes) => bytes.toString('latin1', TAR_MAGIC, TAR_MAGIC + 5) === 'ustar'],
  [archive, (_, start) => ARCHIVE_STARTS.some((one) => start.startsWith(one))],
  [rtf, (_, start) => start.startsWith('{\\rtf')],
  [notebook, (bytes, start) => /^(?:\xef\xbb\xbf)?\s*\{/.test(start) && isNotebook(bytes)],
  [email, (bytes, start) => EMAIL_START.test(start) && hasEmailHeader(bytes)],
];

/** The media type of an image, audio, text file or document; undefined for any other file, or an empty one. */
export function readKind(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const start = bytes.subarray(0, EBML_HEADER_BYTES).toString('latin1');
  const kind = KINDS.find(([, isOne]) => isOne(bytes, start));
  if (kind) return kind[0];
  if (isText(bytes.subarray(0, LOOKED_AT_BYTES))) return TEXT_TYPE;
  return bytes.subarray(0, PDF_HEADER_BYTES).includes('%PDF-') ? pdf : undefined;
}

/** Whether a file of this type becomes text before a model reads it. */
export const isDocumentType = (type: string): type is DocumentType =>
  (Object.values(DOCUMENT_TYPES) as string[]).includes(type);

/** Jupyter's format has these keys at its top (nbformat 4); an older one has worksheets in place of cells. */
function isNotebook(bytes: Buffer): boolean {
  // Jupyter writes its keys in the order of the alphabet: the cells first, the format's number at the end.
  const ends = [bytes.subarray(0, LOOKED_AT_BYTES), bytes.subarray(-LOOKED_AT_BYTES)];
  const holds = (key: string) => ends.some((one) => one.includes(key));
  return holds('"nbformat"') && (holds('"cells"') || holds('"worksheets"'));
}

function hasEmailHeader(bytes: Buffer): boolean {
  const start = bytes.subarray(0, LOOKED_AT_BYTES).toString('latin1');
  const [head = ''] = start.split(/\r?\n\r?\n/, 1);
  return EMAIL_HEADER.test(head);
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
