/** The turn queue over each store there is. */
import { join } from 'node:path';
import Keyv from 'keyv';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Ground, testQueue } from '../contracts/queue.ts';
import { asShared } from '../counterparts/breakable-store.ts';
import { emptyFolder } from '../fixtures.ts';

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
