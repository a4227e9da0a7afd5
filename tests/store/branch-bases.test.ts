/** A branch keeps the turns that it begins with, although retention finds nothing in the branch between. */
import { randomUUID } from 'node:crypto';
import Keyv from 'keyv';
import { expect, it } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { messageOf } from '../fixtures.ts';

it('goes on from a branch whose own turns were all deleted', async () => {
  const transcripts = createTranscripts(createKeyvStore(new Keyv()));
  const trunk = `web:a:${randomUUID()}`;
  const [between, last] = [`${trunk}:${randomUUID()}`, `${trunk}:${randomUUID()}`];
  const say = (conversation: string, id: string) => {
    const message = messageOf(id, id, { conversation, lane: conversation });
    return transcripts.append(conversation, { message, answer: '', end: 'stop' });
  };
  await say(trunk, 'one');
  await transcripts.fork(between, { conversation: trunk, seq: 1 });
  await say(between, 'two');
  await transcripts.fork(last, { conversation: between, seq: 2 });
  await say(last, 'three');
  await transcripts.remove(between, 'two');
  const { end } = await transcripts.oldest(between, 16);
  await transcripts.dropBefore(between, end);
  const { turns } = await transcripts.read(last, { limit: 9 });
  expect(turns.map(({ message }) => message.id)).toEqual(['one', 'three']);
  expect((await transcripts.branches(trunk)).map(({ conversation }) => conversation)).toEqual([
    between,
    last,
  ]);
  await transcripts.forget(last);
  await transcripts.dropBefore(between, end);
  expect(await transcripts.branches(trunk)).toEqual([]);
});
