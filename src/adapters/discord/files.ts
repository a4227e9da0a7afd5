/** Files that people attach on Discord: fetched at once, since their addresses expire, and told by their bytes. */
import type { APIAttachment } from 'discord.js';
import { nameOf, readKind } from '../../core/attachment-kind.ts';
import type { Attachments } from '../../core/ports.ts';
import type { Attachment, ConversationId } from '../../core/types.ts';

export interface FilesOptions {
  attachments: Attachments;
  /** The REST base: a file is fetched from Discord's own hosts and from this one. */
  apiUrl: string;
}

export interface Files {
  /** Keeps those that a model can be shown; `left` are the names of the others. Never throws but StoreError. */
  take(
    conversation: ConversationId,
    given: APIAttachment[],
  ): Promise<{ taken: Attachment[]; left: string[] }>;
}

const HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];
/** Discord: a message has ten attachments at most. */
const MOST_FILES = 10;
const MOST_BYTES = { image: 10 * 2 ** 20, audio: 25 * 2 ** 20, text: 2 ** 20 };
const DEADLINE_MS = 20_000;

export function createFiles({ attachments, apiUrl }: FilesOptions): Files {
  const hosts = new Set([...HOSTS, new URL(apiUrl).hostname]);

  async function fetchFile({ url, size }: APIAttachment): Promise<Buffer | undefined> {
    if (!URL.canParse(url) || !hosts.has(new URL(url).hostname)) return undefined;
    if (size > MOST_BYTES.audio) return undefined;
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DEADLINE_MS) });
      if (!response.ok || !response.body) return undefined;
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
    async take(conversation, given) {
      const taken: Attachment[] = [];
      const left: string[] = [];
      for (const one of given.slice(0, MOST_FILES)) {
        const bytes = await fetchFile(one);
        const type = bytes && readKind(bytes);
        const kind = type?.split('/', 1)[0] as keyof typeof MOST_BYTES | undefined;
        if (!bytes || !type || !kind || bytes.length === 0 || bytes.length > MOST_BYTES[kind]) {
          left.push(nameOf(one.filename));
          continue;
        }
        const attachment = { id: one.id, name: nameOf(one.filename), type, size: bytes.length };
        await attachments.put(conversation, attachment, bytes);
        taken.push(attachment);
      }
      return {
        taken: await attachments.claim(
          conversation,
          taken.map(({ id }) => id),
        ),
        left,
      };
    },
  };
}
