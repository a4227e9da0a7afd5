/** The index of words follows what is removed, also while the removal is being made. */
import Keyv from 'keyv';
import pino from 'pino';
import { expect, it } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createIndexer } from '../../src/store/search/indexer.ts';
import { markChanges } from '../../src/store/search/marked-store.ts';
import type { WordIndex } from '../../src/store/search/word-index.ts';
import { createConversationLists } from '../../src/store/tables/conversation-lists.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { messageOf } from '../fixtures.ts';

const CONVERSATION = 'web:a:one';

it('has no word of a turn that is being removed while somebody searches', async () => {
  const keyv = new Keyv();
  const indexed = new Map<string, string[]>();
  const placeOf = ({ conversation, seq }: { conversation: string; seq: number }) => `${conversation} ${seq}`;
  const words: WordIndex = {
    put: async (place, found) => void indexed.set(placeOf(place), found),
    remove: async (place) => void indexed.delete(placeOf(place)),
    find: async () => [],
    findSome: async () => ({ places: [], weights: [] }),
    isFilled: async () => true,
    filled: async () => {},
    erase: async () => {},
    close: async () => {},
  };
  const store = markChanges(createKeyvStore(keyv, { words }), () => true);
  const transcripts = createTranscripts(store);
  const conversations = createConversationLists(store);
  const log = pino({ level: 'silent' });
  const index = createIndexer({ store, transcripts, conversations, log });
  const message = messageOf('1', 'secret', {
    conversation: CONVERSATION,
    lane: CONVERSATION,
    tenant: 'web:a',
  });
  await transcripts.append(CONVERSATION, { message, answer: '', end: 'stop' });
  await index.settle();
  expect([...indexed.values()]).toEqual([['secret']]);

  // The store has made the writes of the removal, and not its removals.
  const removing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const deleteMany = keyv.deleteMany.bind(keyv);
  keyv.deleteMany = async (keys) => {
    removing.resolve();
    await goOn.promise;
    return deleteMany(keys);
  };
  const removal = transcripts.dropBefore(CONVERSATION, 1);
  await removing.promise;
  const settled = index.settle();
  for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve));
  goOn.resolve();
  await Promise.all([removal, settled]);
  await index.settle();
  expect([...indexed.values()]).toEqual([]);
});
