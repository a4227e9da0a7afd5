/** The kept lines of the audit log: the newest ones, whoever fills them up. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { createAuditTrail, readAudits } from '../../src/store/operator/audit-trail.ts';
import type { Store } from '../../src/store/store.ts';
import { emptyFolder } from '../fixtures.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore(`sqlite://${join(await emptyFolder(), 'parley.sqlite')}`);
});
afterEach(() => store.close());

it('are a thousand of each kind at most, so that no number of refusals drives out what was changed', async () => {
  const trail = createAuditTrail(store);
  trail.keep({ at: 1, action: 'key set', person: 'web:ada' });
  for (let batch = 0; batch < 12; batch++) {
    for (let i = 0; i < 200; i++) trail.keep({ at: 1_000 + batch * 200 + i, action: 'sign-in refused' });
    await trail.settle();
  }
  const { entries, count } = await readAudits(store, 0, 50);
  expect(count).toBeLessThanOrEqual(1_101);
  expect(entries.map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, i) => 3_399 - i));
  const last = await readAudits(store, count - 1, 50);
  expect(last.entries).toEqual([{ at: 1, action: 'key set', person: 'web:ada' }]);
});

it('are not driven out by what a person does again and again, neither those of others nor other ones of theirs', async () => {
  const trail = createAuditTrail(store);
  trail.keep({ at: 1, action: 'key set', person: 'web:ada' });
  trail.keep({ at: 2, action: 'key set', person: 'web:mallory' });
  for (let at = 3; at <= 500; at++) trail.keep({ at, action: 'signed in', person: `web:${at}` });
  await trail.settle();
  for (let batch = 0; batch < 12; batch++) {
    for (let i = 0; i < 200; i++)
      trail.keep({ at: 1_000 + batch * 200 + i, action: 'settings changed', person: 'web:mallory' });
    await trail.settle();
  }
  const { count } = await readAudits(store, 0, 1);
  expect(count).toBeLessThanOrEqual(1_101);
  const { entries } = await readAudits(store, count - 500, 500);
  expect(entries.map(({ at }) => at)).toEqual(Array.from({ length: 500 }, (_, i) => 500 - i));
  const [newest] = (await readAudits(store, 0, 1)).entries;
  expect(newest).toMatchObject({ at: 3_399 });
});

it('wait for a store that fails, and are in it in their order once it is back', async () => {
  let isAway = true;
  const trail = createAuditTrail({
    ...store,
    write: (entries) => (isAway ? Promise.reject(new Error('away')) : store.write(entries)),
  });
  for (let at = 1; at <= 3; at++) trail.keep({ at, action: 'signed in', person: `web:${at}` });
  await trail.settle();
  expect((await readAudits(store, 0, 10)).count).toBe(0);
  isAway = false;
  await trail.settle();
  expect((await readAudits(store, 0, 10)).entries.map(({ person }) => person)).toEqual([
    'web:3',
    'web:2',
    'web:1',
  ]);
});
