/** Keeps the pictures and files that an answer's tools make: as bytes under an id, described in the turn. */
import { randomUUID } from 'node:crypto';
import type { HostedFile } from '../../models/tool.ts';
import { en } from '../../sentences/en.ts';
import { refusedFile } from '../../sentences/prompts.ts';
import type { Attachments } from '../../storage.ts';
import { seenName } from '../../text/unseen.ts';
import type { MadeFile, Message } from '../../types.ts';
import { nameOf, readKind } from '../attachment-kind.ts';
import { ownerOf } from '../queue-with-files.ts';
import type { MadeContent } from './tool.ts';

/** Most bytes of a made file; below the platforms' limits (Discord: 10 MiB, reference.mdx, "Uploading Files"). */
export const MOST_MADE_BYTES = 8 * 2 ** 20;
/** Most files of one answer. Discord takes ten with a message (resources/message.mdx). */
export const MOST_MADE_FILES = 10;
/** Most characters of the words for a picture (Discord: 1,024 of an attachment's `description`). */
const ALT_CHARACTERS = 1_000;
/** The type of files that are neither pictures nor text nor documents. They are only ever saved. */
const UNKNOWN_TYPE = 'application/octet-stream';
/** Pictures that platforms show, with the endings of their names. SVG is not among them: it is text with scripts. */
const PICTURES: Record<string, RegExp> = {
  'image/png': /\.png$/i,
  'image/jpeg': /\.jpe?g$/i,
  'image/webp': /\.webp$/i,
  'image/gif': /\.gif$/i,
};

/** Why a file is not shown. `many`: the answer has as many as it may. */
export type WhyRefused = 'empty' | 'large' | 'many';

/** `refused`: a sentence for the model. */
export type Keeping = { file: MadeFile } | { refused: string };

/** The files of one answer, in the order in which they were made. */
export interface MadeFiles {
  /**
   * Keeps a file's bytes for a day. From the moment that the turn is kept with the file, they stay as long as the turn.
   * Nobody finds a file that neither a journal nor the turn names.
   * @throws StoreError
   */
  keep(content: MadeContent): Promise<Keeping>;
  /** The files so far, with those of earlier attempts: for the journal, and for the turn. */
  list(): MadeFile[];
  /** Removes the bytes: the turn is not kept, and no later attempt shows them. @throws StoreError */
  drop(): Promise<void>;
}

/** @param before the files of earlier attempts at this answer, as journalled */
export function createMadeFiles(
  attachments: Pick<Attachments, 'put' | 'drop'>,
  message: Message,
  before: MadeFile[] = [],
): MadeFiles {
  const files = [...before];
  const { conversation } = message;
  return {
    async keep(content) {
      const why = whyRefused(content.bytes, files.length);
      if (why) return { refused: refusedFile(seenName(content.name, ALT_CHARACTERS), why) };
      const file = described(content);
      await attachments.put(conversation, file, content.bytes, ownerOf(message));
      files.push(file);
      return { file };
    },
    list: () => [...files],
    drop: () =>
      attachments.drop(
        conversation,
        files.map(({ id }) => id),
      ),
  };
}

function whyRefused({ length }: Uint8Array, count: number): WhyRefused | undefined {
  if (length === 0) return 'empty';
  if (length > MOST_MADE_BYTES) return 'large';
  return count >= MOST_MADE_FILES ? 'many' : undefined;
}

/** A type is told by the bytes, never by what a server or a model calls it. */
function described({ name, bytes, alt }: MadeContent): MadeFile {
  const type = readKind(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) ?? UNKNOWN_TYPE;
  return {
    id: `made-${randomUUID()}`,
    name: namedAs(type, nameOf(name)),
    type,
    size: bytes.length,
    alt: seenName(alt, ALT_CHARACTERS) || en.tools.pictures.unnamed,
  };
}

/** A picture's name ends as its kind does, since systems open a file by its ending. No name begins with a dot. */
function namedAs(type: string, name: string): string {
  const ending = PICTURES[type];
  const plain = name.replace(/^[.\s]+/, '') || 'file';
  if (!ending || ending.test(plain)) return plain;
  return `${plain.replace(/\.[^.]{0,10}$/, '') || 'picture'}.${type.slice('image/'.length)}`;
}

/** The file of a hosted tool; undefined where its base64 is none. */
export function contentOf({ name, type, base64, prompt = '' }: HostedFile): MadeContent | undefined {
  const bytes = bytesOfBase64(base64);
  return bytes && { name, type, bytes, alt: prompt || (type.startsWith('image/') ? '' : name) };
}

/** The bytes; undefined where the text is no base64. Node's decoder skips what it does not know, so fewer bytes come. */
export function bytesOfBase64(base64: string): Buffer | undefined {
  const digits = base64.replace(/={1,2}$/, '').length;
  const bytes = Buffer.from(base64, 'base64');
  return digits > 0 && bytes.length === Math.floor((digits * 3) / 4) ? bytes : undefined;
}

export const isPicture = ({ type }: Pick<MadeFile, 'type'>): boolean => Object.hasOwn(PICTURES, type);
