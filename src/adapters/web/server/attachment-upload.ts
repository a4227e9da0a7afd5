/** A file that a person attaches on the page: an image that models take, text, or a document. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { longTextInUtf8 } from '../../../core/text/charset.ts';
import { isDocumentType, nameOf, readKind, TEXT_TYPE } from '../../../core/turn/attachment-kind.ts';
import type { Attachment } from '../../../core/types.ts';
import { fromServer } from '../sentences/en.ts';
import { Refusal } from './refusal.ts';

const { files } = fromServer.refusals;

/** @throws Refusal 400 when it is empty, 415 for any other file */
export async function readAttachment(c: Context): Promise<{ attachment: Attachment; bytes: Buffer }> {
  const sent = Buffer.from(await c.req.arrayBuffer());
  if (sent.length === 0) throw new Refusal(400, 'empty', files.empty);
  const { type, bytes } = await read(sent, c.req.header('content-type'));
  if (type === undefined || !(type === TEXT_TYPE || type.startsWith('image/') || isDocumentType(type))) {
    throw new Refusal(415, 'file-type', files.wrongType);
  }
  return {
    attachment: { id: randomUUID(), name: nameOf(c.req.query('name')), type, size: bytes.length },
    bytes,
  };
}

/** Converts text in another charset to UTF-8. */
async function read(
  sent: Buffer,
  declared: string | undefined,
): Promise<{ type: string | undefined; bytes: Buffer }> {
  const type = readKind(sent);
  if (type !== undefined && type !== TEXT_TYPE) return { type, bytes: sent };
  const text = await longTextInUtf8(sent, declared);
  return text ? { type: TEXT_TYPE, bytes: text } : { type, bytes: sent };
}
