/** The turn queue over each store there is. */
import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import Keyv from 'keyv';
import pino from 'pino';
import { expect, it } from 'vitest';
import { asShared } from '../../lab/counterparts/breakable-store.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createLocalLeases } from '../../src/store/leases/leases.ts';
import { openStore } from '../../src/store/open.ts';
import { createTurnQueue } from '../../src/store/queue/queue.ts';
import type { Store } from '../../src/store/store.ts';
import type { Ground } from '../contracts/queue/stage.ts';
import { testQueue } from '../contracts/queue.ts';
import { emptyFolder, messageOf } from '../fixtures.ts';

const groundOf = (store: Store): Ground => ({ connect: async () => store, close: () => store.close() });

testQueue('memory', { isShared: false, open: async () => groundOf(createKeyvStore(new Keyv())) });
testQueue('SQLite', {
  isShared: false,
  open: async () => groundOf(await openStore(`sqlite://${join(await emptyFolder(), 'parley.sqlite')}`)),
});
testQueue('memory that several processes share', {
  isShared: true,
  open: async () => groundOf(asShared(createKeyvStore(new Keyv()))),
});

it('leaves nothing with the signal of a process, which outlives all partitions', async () => {
  const { signal: lost } = new AbortController();
  const local = createLocalLeases();
  const queue = createTurnQueue({
    store: createKeyvStore(new Keyv()),
    leases: {
      ...local,
      async acquire(partition) {
        const lease = await local.acquire(partition);
        return lease && { ...lease, lost };
      },
    },
    partitionOf: (conversation) => conversation,
    mostWaiting: 20,
    log: pino({ level: 'silent' }),
  });
  const answered: string[] = [];
  queue.run(async ({ id }) => {
    answered.push(id);
    return 'done';
  });
  for (const place of ['a', 'b', 'c']) {
    const conversation = `test:space:${place}`;
    await queue.accept(messageOf(place, undefined, { conversation, lane: conversation }));
  }
  await expect.poll(() => answered).toHaveLength(3);
  await expect.poll(() => getEventListeners(lost, 'abort')).toHaveLength(0);
});
