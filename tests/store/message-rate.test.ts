/** Messages in a minute, by the operator's limit and by that of a tenant's admins. */
import { describe, expect, it } from 'vitest';
import { limitWithin } from '../../src/core/access/message-rate.ts';
import { openStore } from '../../src/store/open.ts';
import { createMessageRate } from '../../src/store/tables/message-rate.ts';
import { emptyFolder } from '../fixtures.ts';

async function rateOf(most: number) {
  const store = await openStore(`sqlite://${await emptyFolder()}/parley.sqlite`);
  const rate = createMessageRate(store, () => most);
  let id = 0;
  return {
    /** Whether a message that was sent at that second is answered, or how long it waits. */
    async says(at: number, tenant: string, perMinute?: number) {
      const settings = perMinute === undefined ? {} : { perMinute };
      const message = { id: `${id++}`, at: at * 1_000, ...limitWithin(tenant, settings) };
      return (await rate.count('chat:ada', message))?.seconds ?? 'yes';
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

describe('messages in a minute', () => {
  it('are counted in each tenant by its own limit', async () => {
    await using rate = await rateOf(100);
    expect([
      await rate.says(0, 'chat:one', 2),
      await rate.says(1, 'chat:one', 2),
      await rate.says(2, 'chat:one', 2),
      await rate.says(3, 'chat:two', 1),
      await rate.says(4, 'chat:two', 1),
      await rate.says(5, 'chat:three'),
      await rate.says(61, 'chat:one', 2),
    ]).toEqual(['yes', 'yes', 58, 'yes', 59, 'yes', 'yes']);
  });

  it('are bounded by the lower of both limits', async () => {
    await using rate = await rateOf(2);
    expect([
      await rate.says(0, 'chat:one', 5),
      await rate.says(1, 'chat:one', 5),
      await rate.says(2, 'chat:one', 5),
      await rate.says(3, 'chat:two', 5),
    ]).toEqual(['yes', 'yes', 58, 57]);
  });

  it('that wait for a tenant’s limit do not count by the operator’s', async () => {
    await using rate = await rateOf(2);
    expect([
      await rate.says(0, 'chat:one', 1),
      await rate.says(1, 'chat:one', 1),
      await rate.says(2, 'chat:one', 1),
      await rate.says(3, 'chat:two', 1),
    ]).toEqual(['yes', 59, 58, 'yes']);
  });

  it('are bounded by a tenant’s limit where the operator set none', async () => {
    await using rate = await rateOf(Number.POSITIVE_INFINITY);
    expect([await rate.says(0, 'chat:one'), await rate.says(0, 'chat:one', 1)]).toEqual(['yes', 'yes']);
    expect(await rate.says(1, 'chat:one', 1)).toBe(59);
  });
});
