import type { AttachmentView, Limits } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { attachmentUrl, ServerError, server } from '../connection/server.ts';
import { uuid } from '../connection/uuid.ts';
import { forgetFile, keepFile, keptBytes } from './kept-files.ts';

const words = onPage.composer.files;

/** A file that was picked, ready to be sent. */
export interface PickedFile {
  key: string;
  name: string;
  /** Null for a file picked before a reload: the server has its bytes, or the browser keeps them (kept-files.ts). */
  bytes: Blob | null;
  /** An object URL to show an image; null for other files. Release it with `dropFile`. */
  preview: string | null;
  /** Set once the server has the file, soon after it was picked. */
  uploaded?: { conversation: string; view: AttachmentView };
}

const IMAGES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const TEXTS = ['text/plain', 'text/markdown', 'text/csv', 'application/json'];

/** Types that the file dialog offers first. Any text file and any document is accepted, whatever its name. */
export const ACCEPTED = [
  ...IMAGES,
  'text/*',
  '.md,.json,.csv,.log,.yaml,.yml,.toml,.xml,.ts,.tsx,.py,.go,.rs',
  '.pdf,.docx,.pptx,.xlsx,.odt,.odp,.ods,.rtf,.epub,.ipynb,.eml,.zip,.tar,.gz,.tgz,.7z,.rar',
].join(',');

/** The first bytes of documents: PDF, RTF, zip packages such as docx, Office before 2007, gzip, 7z and rar. */
const DOCUMENT_STARTS = [
  '%PDF-',
  '{\\rtf',
  'PK\x03\x04',
  'PK\x05\x06',
  '\xd0\xcf\x11\xe0',
  '\x1f\x8b',
  '7z\xbc\xaf',
  'Rar!',
];
/** The place of these bytes in a tar archive. */
const TAR_START = 257;

/** Images are made smaller than this before they are sent: models scale them down to it anyway. */
const LONGEST_SIDE = 2048;

/** Makes a file ready to be sent, or says in a sentence why it can't be. */
export async function pickFile(file: File, limits: Limits): Promise<PickedFile | string> {
  const name = file.name || words.pasted;
  const image = IMAGES.includes(file.type);
  // An image may still shrink; another file cannot.
  if (!image && file.size > limits.attachmentBytes) return tooLarge(name, limits);
  const bytes = image ? await shrink(file) : await readOther(file);
  if (!bytes) {
    return image ? words.unreadableImage(name) : words.wrongType(name);
  }
  if (bytes.size > limits.attachmentBytes) return tooLarge(name, limits);
  const key = uuid();
  keepFile(key, bytes);
  return { key, name, bytes, preview: image ? URL.createObjectURL(bytes) : null };
}

/** A file that the server keeps for a future message. */
export function keptFile(conversation: string, view: AttachmentView): PickedFile {
  const preview = previewOf(conversation, view);
  return { key: view.id, name: view.name, bytes: null, preview, uploaded: { conversation, view } };
}

/** A file whose upload was under way when the page was left. */
export function unsentFile(key: string, name: string): PickedFile {
  return { key, name, bytes: null, preview: null };
}

function previewOf(conversation: string, { id, type }: AttachmentView): string | null {
  return type.startsWith('image/') ? attachmentUrl(conversation, id) : null;
}

const uploading = new WeakMap<PickedFile, { conversation: string; done: Promise<AttachmentView> }>();

/** Uploads a file for a message of that conversation, only once however often it is called. */
export function upload(conversation: string, file: PickedFile): Promise<AttachmentView> {
  if (file.uploaded?.conversation === conversation) return Promise.resolve(file.uploaded.view);
  const known = uploading.get(file);
  if (known?.conversation === conversation) return known.done;
  const done = send(conversation, file).finally(() => uploading.delete(file));
  uploading.set(file, { conversation, done });
  return done;
}

async function send(conversation: string, file: PickedFile): Promise<AttachmentView> {
  const bytes = file.bytes ?? (await keptBytes(file.key));
  if (!bytes) throw new ServerError(words.lost(file.name), 400, 'no-attachment');
  const view = await server.upload(conversation, file.name, bytes);
  file.uploaded = { conversation, view };
  file.preview ??= previewOf(conversation, view);
  forgetFile(file.key);
  return view;
}

/** Frees the object URL that `pickFile` made. */
export function dropFile(file: PickedFile): void {
  if (file.preview?.startsWith('blob:')) URL.revokeObjectURL(file.preview);
  if (!file.uploaded) forgetFile(file.key);
}

function tooLarge(name: string, limits: Limits): string {
  return words.tooLarge(name, limits.attachmentBytes);
}

/**
 * Reads a text file or a document; null if it is neither. Markup is sent as plain text, so that nobody opens it as a
 * page.
 */
async function readOther(file: File): Promise<Blob | null> {
  const bytes = await file.arrayBuffer();
  if (isDocument(bytes)) return new Blob([bytes], { type: 'application/octet-stream' });
  // A file with a text type may be in another charset: the server converts or refuses it.
  if (!isCalledText(file) && !isUtf8(bytes)) return null;
  return new Blob([bytes], { type: TEXTS.includes(file.type) ? file.type : 'text/plain' });
}

/** The server tells what it is, and reads it. */
function isDocument(bytes: ArrayBuffer): boolean {
  const start = String.fromCharCode(...new Uint8Array(bytes, 0, Math.min(bytes.byteLength, 8)));
  return DOCUMENT_STARTS.some((one) => start.startsWith(one)) || isTar(bytes);
}

function isTar(bytes: ArrayBuffer): boolean {
  if (bytes.byteLength < TAR_START + 5) return false;
  return String.fromCharCode(...new Uint8Array(bytes, TAR_START, 5)) === 'ustar';
}

/** Windows gives a .csv the type of a spreadsheet. E-mail is text in many charsets. */
function isCalledText({ type, name }: File): boolean {
  return type.startsWith('text/') || /\.(?:csv|txt|log|eml)$/i.test(name);
}

function isUtf8(bytes: ArrayBuffer): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
}

/** The image itself when it is small enough. Null when the browser can't read it. */
async function shrink(file: File): Promise<Blob | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = LONGEST_SIDE / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return file;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // A browser that can't write the type asked for writes PNG, and says so in the blob's type.
  return new Promise((resolve) => canvas.toBlob(resolve, file.type, 0.9));
}
