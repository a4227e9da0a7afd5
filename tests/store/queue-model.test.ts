/** The turn queue over each store there is, in whatever order things happen. */
import { join } from 'node:path';
import Keyv from 'keyv';
import { asShared } from '../../lab/counterparts/breakable-store.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { testQueueModel } from '../contracts/queue/model.ts';
import type { Ground } from '../contracts/queue/stage.ts';
import { emptyFolder } from '../fixtures.ts';

const RUNS = 32;
const groundOf = (store: Store): Ground => ({ connect: async () => store, close: () => store.close() });

testQueueModel('memory', {
  isShared: false,
  open: async () => groundOf(createKeyvStore(new Keyv())),
  runs: RUNS,
});
testQueueModel('SQLite', {
  isShared: false,
  open: async () => groundOf(await openStore(`sqlite://${join(await emptyFolder(), 'parley.sqlite')}`)),
  runs: RUNS,
});
testQueueModel('memory that several processes share', {
  isShared: true,
  open: async () => groundOf(asShared(createKeyvStore(new Keyv()))),
  runs: RUNS,
});
