import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createJoinedThreads } from '../../src/chat/joined-threads.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';

const stateOf = () => createAdapterState(createKeyvStore(new Keyv()), 'chat');

describe('a thread that Parley joined', () => {
  it('is its own from the earliest message that made it join, in whatever order they arrive', async () => {
    for (const order of [
      ['100', '99'],
      ['99', '100'],
    ]) {
      const state = stateOf();
      const joined = createJoinedThreads(state);
      for (const since of order) await joined.add('thread', since);
      for (const of of [joined, createJoinedThreads(state)])
        expect([await of.has('thread', '98'), await of.has('thread', '99')]).toEqual([false, true]);
    }
  });
});
