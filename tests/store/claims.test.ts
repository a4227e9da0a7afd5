/** Names that are taken once over all processes. */
import { expect, it } from 'vitest';
import { createClaims } from '../../src/store/leases/claims.ts';
import { openStore } from '../../src/store/open.ts';
import { emptyFolder } from '../fixtures.ts';

it('a name is taken by one of many at once, by its owner alone, and is free again after its time', async () => {
  const store = await openStore(`sqlite://${await emptyFolder()}/parley.sqlite`);
  const [limits, others] = [createClaims(store, 'limits'), createClaims(store, 'others')];
  const taken = await Promise.all(Array.from({ length: 20 }, () => limits.take('a name', 60_000)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await others.take('a name', 60_000)).toBe(true);
  expect(await limits.take('short', 1)).toBe(true);
  await expect.poll(() => limits.take('short', 60_000)).toBe(true);
  expect(await limits.take('short', 60_000)).toBe(false);
  await limits.hold('short', 1);
  await expect.poll(() => limits.take('short', 60_000)).toBe(true);
  await store.close();
});
