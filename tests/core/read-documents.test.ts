/** Documents are read once, however often they are asked about. */
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { Documents, ReadDocument } from '../../src/core/turn/asking/documents.ts';
import { readDocuments } from '../../src/core/turn/asking/read-documents.ts';
import { ownerOf } from '../../src/core/turn/queue-with-files.ts';
import type { Attachment, Message } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { messageOf } from '../fixtures.ts';

const never = new AbortController().signal;
const paper: Attachment = { id: 'a', name: 'a.pdf', type: 'application/pdf', size: 4 };
const notes: Attachment = { id: 'n', name: 'n.txt', type: 'text/plain', size: 5 };
const HELLO: ReadDocument = { text: Buffer.from('hello'), characters: 5 };

async function setUp(results: ReadDocument[]) {
  const attachments = createAttachments(createKeyvStore(new Keyv()));
  const message: Message = { ...messageOf('1', 'what is it?'), attachments: [paper, notes] };
  await attachments.put(message.conversation, paper, Buffer.from('%PDF'));
  await attachments.claim(message.conversation, ['a'], ownerOf(message));
  let reads = 0;
  const documents: Documents = {
    read: async (source) => {
      if ('load' in source && !(await source.load())) return { unread: 'broken' };
      const result = results[reads++];
      if (!result) throw new Error('read too often');
      return result;
    },
  };
  const read = (asked = message, signal = never) => readDocuments(asked, { attachments, documents }, signal);
  return { attachments, message, read, reads: () => reads };
}

describe('a document of a message', () => {
  it('is read once, also by an attempt after a crash, and files of other kinds stay as they are', async () => {
    const { message, attachments, read, reads } = await setUp([HELLO]);
    const first = await read();
    expect(first.attachments).toEqual([{ ...paper, text: 5 }, notes]);
    // After a crash, the message comes as it was accepted.
    expect(await read()).toEqual(first);
    expect(await read(first)).toEqual(first);
    expect(reads()).toBe(1);
    expect((await attachments.text(message.conversation, paper))?.bytes.toString()).toBe('hello');
  });

  it('that could not be read is tried again when its message is answered again', async () => {
    const { read } = await setUp([{ unread: 'slow' }, HELLO]);
    const first = await read();
    expect(first.attachments).toEqual([{ ...paper, unread: 'slow' }, notes]);
    expect((await read(first)).attachments).toEqual([{ ...paper, text: 5 }, notes]);
  });

  it('is not told to be unreadable where a person stopped the answer', async () => {
    const { read } = await setUp([{ unread: 'slow' }]);
    expect((await read(undefined, AbortSignal.abort())).attachments).toEqual([paper, notes]);
  });

  it('is left as it is where it was forgotten', async () => {
    const { message, attachments, read } = await setUp([]);
    await attachments.remove(message.conversation, ['a']);
    expect((await read()).attachments).toEqual([paper, notes]);
  });
});
