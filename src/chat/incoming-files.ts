/** Files that people attach on a platform: fetched at once, since their addresses expire, and typed by their bytes. */

import { createBoundedFetch } from '../core/network/bounded-fetch.ts';
import type { Attachments } from '../core/storage.ts';
import { longTextInUtf8 } from '../core/text/charset.ts';
import { nameOf, readKind, TEXT_TYPE } from '../core/turn/attachment-kind.ts';
import { quotedName } from '../core/turn/speech.ts';
import type { Attachment, ConversationId, Origin, Quote } from '../core/types.ts';

/** A file as a platform announces it. */
export interface SentFile {
  id: string;
  name: string;
  /** Bytes, as the platform says; 0 where it does not. */
  size: number;
  /** The media type from the platform, maybe with its charset; '' where it gives none. */
  type: string;
  url: string;
}

export interface TakenFiles {
  taken: Attachment[];
  /** Names of files that a model cannot be shown. */
  left: string[];
  /** Names of files beyond the most that are read of one message. */
  more: string[];
}

export interface IncomingFiles {
  /**
   * Fetches the files that a model can be shown, in their order. They are gone soon, unless a message with them is
   * accepted.
   * @param headers sent along to the platform's own hosts
   * @throws StoreError
   */
  take(
    conversation: ConversationId,
    files: SentFile[],
    headers?: Record<string, string>,
  ): Promise<TakenFiles>;
}

export interface IncomingFilesOptions {
  attachments: Attachments;
  /** Whether a host is one of the platform's. */
  isHost(hostname: string): boolean;
}

interface Fetched {
  bytes: Buffer;
  /** The media type that the server gives. */
  type: string;
}

/** Most files read of one message. */
export const MOST_FILES = 10;
const MOST_BYTES = {
  image: 10 * 2 ** 20,
  audio: 25 * 2 ** 20,
  text: 25 * 2 ** 20,
  application: 25 * 2 ** 20,
  message: 25 * 2 ** 20,
};
const DEADLINE_MS = 20_000;
/** Most redirects: Slack redirects between its hosts. */
const MOST_REDIRECTS = 3;
/** Most names listed of files that are not read. */
const MOST_NAMES = 30;

const boundedFetch = createBoundedFetch(() => MOST_BYTES.audio);

export function createIncomingFiles({ attachments, isHost }: IncomingFilesOptions): IncomingFiles {
  /**
   * Follows redirects. Undefined where one leads to another host, which must see neither the headers nor the
   * request.
   */
  async function follow(address: string, headers: Record<string, string>): Promise<Response | undefined> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    let url = address;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      if (!isOwn(url, address)) return undefined;
      const response = await boundedFetch(url, { redirect: 'manual', headers, signal });
      const next = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || next === null) return response;
      await response.body?.cancel();
      if (!URL.canParse(next, url)) return undefined;
      url = new URL(next, url).href;
    }
    return undefined;
  }

  /** Whether a redirect stays on the platform's hosts and does not leave TLS. */
  function isOwn(url: string, address: string): boolean {
    if (!URL.canParse(url)) return false;
    const { protocol, hostname } = new URL(url);
    const isSafe = protocol === 'https:' || (protocol === 'http:' && address.startsWith('http:'));
    return isSafe && isHost(hostname);
  }

  async function fetchFile(file: SentFile, headers: Record<string, string>): Promise<Fetched | undefined> {
    if (file.size > MOST_BYTES.audio) return undefined;
    try {
      const response = await follow(file.url, headers);
      if (!response?.ok || isLoginPage(file, response)) {
        await response?.body?.cancel();
        return undefined;
      }
      const bytes = Buffer.from(await response.arrayBuffer());
      return { bytes, type: response.headers.get('content-type') ?? '' };
    } catch {
      return undefined;
    }
  }

  async function takeOne(
    conversation: ConversationId,
    file: SentFile,
    headers: Record<string, string>,
  ): Promise<Attachment | undefined> {
    const fetched = await fetchFile(file, headers);
    const read = fetched && (await readFile(fetched, file.type));
    if (!read) return undefined;
    const attachment = { id: file.id, name: nameOf(file.name), type: read.type, size: read.bytes.length };
    await attachments.put(conversation, attachment, read.bytes);
    return attachment;
  }

  return {
    async take(conversation, files, headers = {}) {
      const read = files.slice(0, MOST_FILES);
      const found = await Promise.all(read.map((file) => takeOne(conversation, file, headers)));
      return {
        taken: found.filter((one) => one !== undefined),
        left: read.filter((_, index) => found[index] === undefined).map(({ name }) => nameOf(name)),
        more: files.slice(MOST_FILES).map(({ name }) => nameOf(name)),
      };
    },
  };
}

export function withOrigin(attachment: Attachment, origin: Origin | undefined): Attachment {
  return origin ? { ...attachment, origin } : attachment;
}

/** Tells the model of files that it is not shown. */
export function notShown({ left, more }: Pick<TakenFiles, 'left' | 'more'>): Quote[] {
  const notes = left.map((name) => `attached, but not a file that can be read: ${quotedName(name)}`);
  if (more.length > 0) {
    const named = more.slice(0, MOST_NAMES).map((name) => quotedName(name));
    const others = more.length > MOST_NAMES ? `, and ${more.length - MOST_NAMES} others` : '';
    notes.push(
      `attached, but not read, since ${MOST_FILES} files are read at most: ${named.join(', ')}${others}`,
    );
  }
  return notes.map((note) => ({ from: '', note, text: '' }));
}

/** The file's type, told by its bytes. Text of any charset becomes UTF-8. */
async function readFile(
  { bytes, type: served }: Fetched,
  sent: string,
): Promise<{ type: string; bytes: Buffer } | undefined> {
  if (bytes.length === 0) return undefined;
  const type = readKind(bytes) ?? TEXT_TYPE;
  const kind = type.split('/', 1)[0] as keyof typeof MOST_BYTES;
  if (bytes.length > MOST_BYTES[kind]) return undefined;
  if (type !== TEXT_TYPE) return { type, bytes };
  const text = await longTextInUtf8(bytes, /charset/i.test(served) ? served : sent || served);
  return text && text.length > 0 ? { type, bytes: text } : undefined;
}

/** Slack answers 200 with a page to log in on where a token may not read the file. */
function isLoginPage({ type }: SentFile, { headers }: Response): boolean {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  return isPage && !type.startsWith('text/html');
}
