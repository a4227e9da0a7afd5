import { setTimeout as sleep } from 'node:timers/promises';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';

describe('the state of an adapter', () => {
  it('keeps what was written until it is removed or its time is over', async () => {
    const state = createAdapterState(createKeyvStore(new Keyv()), 'discord');
    await state.write('messages|1', ['10', '11']);
    await state.write('short', 1, 1);
    await state.write('long', 1, 60_000);
    await sleep(20);
    expect(await state.read('messages|1')).toEqual(['10', '11']);
    expect(await state.read('short')).toBeUndefined();
    expect(await state.read('long')).toBe(1);
    await state.remove('messages|1', 'long', 'never there');
    await state.remove();
    expect(await state.read('messages|1')).toBeUndefined();
    expect(await state.read('long')).toBeUndefined();
  });

  it('changes a value by what it is then, one change after another, and brings back none that was removed', async () => {
    const state = createAdapterState(createKeyvStore(new Keyv()), 'discord');
    const add = () => state.change<number>('count', (count = 0) => count + 1);
    expect((await Promise.all([add(), add(), add()])).sort()).toEqual([1, 2, 3]);
    const renew = () => state.change<number>('count', (count) => count && count + 1);
    const [removed, renewed] = await Promise.all([state.change('count', () => undefined), renew()]);
    expect([removed, renewed, await state.read('count')]).toEqual([undefined, undefined, undefined]);
  });

  it('of one adapter is not another one’s', async () => {
    const store = createKeyvStore(new Keyv());
    await createAdapterState(store, 'discord').write('key', 1);
    expect(await createAdapterState(store, 'slack').read('key')).toBeUndefined();
  });
});
