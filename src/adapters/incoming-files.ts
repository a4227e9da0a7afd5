/** Files that people attach on a platform: fetched at once, since their addresses expire, and told by their bytes. */
import { nameOf, readKind } from '../core/attachment-kind.ts';
import type { Attachments } from '../core/ports.ts';
import type { Attachment, ConversationId } from '../core/types.ts';

/** A file as a platform tells of it. */
export interface SentFile {
  id: string;
  name: string;
  /** Bytes, as the platform says; 0 where it does not. */
  size: number;
  /** A media type as the platform says; '' where it does not. */
  type: string;
  url: string;
}

export interface IncomingFiles {
  /**
   * Keeps those that a model can be shown; `left` are the names of the others.
   * @param headers sent along to the platform's own hosts
   * @throws StoreError
   */
  take(
    conversation: ConversationId,
    files: SentFile[],
    headers?: Record<string, string>,
  ): Promise<{ taken: Attachment[]; left: string[] }>;
}

export interface IncomingFilesOptions {
  attachments: Attachments;
  /** Whether a host is one of the platform's. */
  isHost(hostname: string): boolean;
}

/** Of one message. */
const MOST_FILES = 10;
const MOST_BYTES = { image: 10 * 2 ** 20, audio: 25 * 2 ** 20, text: 2 ** 20 };
const DEADLINE_MS = 20_000;

export function createIncomingFiles({ attachments, isHost }: IncomingFilesOptions): IncomingFiles {
  async function fetchFile(file: SentFile, headers: Record<string, string>): Promise<Buffer | undefined> {
    if (!URL.canParse(file.url) || !isHost(new URL(file.url).hostname)) return undefined;
    if (file.size > MOST_BYTES.audio) return undefined;
    try {
      // A redirect could lead to another host, with the headers.
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await fetch(file.url, { redirect: 'error', headers, signal });
      if (!response.ok || !response.body || isLoginPage(file, response)) return undefined;
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of response.body) {
        bytes += piece.length;
        if (bytes > MOST_BYTES.audio) return undefined;
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } catch {
      return undefined;
    }
  }

  return {
    async take(conversation, files, headers = {}) {
      const taken: Attachment[] = [];
      const left: string[] = [];
      for (const file of files.slice(0, MOST_FILES)) {
        const name = nameOf(file.name);
        const bytes = await fetchFile(file, headers);
        const type = bytes && readKind(bytes);
        const kind = type?.split('/', 1)[0] as keyof typeof MOST_BYTES | undefined;
        if (!bytes || !type || !kind || bytes.length === 0 || bytes.length > MOST_BYTES[kind]) {
          left.push(name);
          continue;
        }
        const attachment = { id: file.id, name, type, size: bytes.length };
        await attachments.put(conversation, attachment, bytes);
        taken.push(attachment);
      }
      const ids = taken.map(({ id }) => id);
      return { taken: await attachments.claim(conversation, ids), left };
    },
  };
}

/** Slack answers 200 with a page to log in on where a token may not read the file. */
function isLoginPage({ type }: SentFile, { headers }: Response): boolean {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  return isPage && !type.startsWith('text/html');
}
