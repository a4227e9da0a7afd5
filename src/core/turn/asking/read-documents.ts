/** Reads the documents of a message once. From then on, each is a text beside its file, and no later turn reads it again. */

import type { Attachments } from '../../storage.ts';
import type { Attachment, Message } from '../../types.ts';
import { isDocumentType } from '../attachment-kind.ts';
import { ownerOf } from '../queue-with-files.ts';
import type { Documents, WhyUnread } from './documents.ts';

export const isDocument = ({ type }: Attachment): boolean => isDocumentType(type);

/** A document that has not been read, or that could not be. */
export const isUnread = (attachment: Attachment): boolean =>
  isDocument(attachment) && attachment.text === undefined;

export interface ReadDocumentsOptions {
  attachments: Pick<Attachments, 'get' | 'text' | 'keepText'>;
  documents: Documents;
}

/**
 * The message with its documents read, or marked as unreadable. A document that an earlier attempt could not read is
 * tried again.
 * @throws StoreError
 */
export async function readDocuments(
  message: Message,
  options: ReadDocumentsOptions,
  signal: AbortSignal,
): Promise<Message> {
  const shown: Attachment[] = [];
  // One after another, so that ten documents are not in memory at once.
  for (const one of message.attachments)
    shown.push(isUnread(one) ? await readOneDocument(one, message, options, signal) : one);
  return { ...message, attachments: shown };
}

/**
 * The document with the length of its text, or with why it has none. Without either, it is gone, or reading was aborted.
 * @param message of the person who asks for it, in the document's conversation
 * @throws StoreError
 */
export async function readOneDocument(
  attachment: Attachment,
  message: Message,
  { attachments, documents }: ReadDocumentsOptions,
  signal: AbortSignal,
): Promise<Attachment> {
  const { conversation, author } = message;
  const { unread: _, ...document } = attachment;
  const kept = await attachments.text(conversation, document);
  if (kept?.attachment.text !== undefined) return { ...document, text: kept.attachment.text };
  let isGone = false;
  const load = async () => {
    const file = await attachments.get(conversation, document.id);
    isGone = file === undefined;
    return file?.bytes;
  };
  const result = await documents.read({ load, person: author.id }, document.type, signal);
  if (isGone) return document;
  if ('unread' in result) return signal.aborted ? document : { ...document, unread: result.unread };
  const withText = { ...document, text: result.characters };
  await attachments.keepText(conversation, withText, result.text, ownerOf(message));
  return withText;
}

/** The documents of a message that could not be read. */
export function unreadIn({ attachments }: Message): { name: string; why: WhyUnread }[] {
  return attachments.flatMap(({ name, unread }) => (unread === undefined ? [] : [{ name, why: unread }]));
}
