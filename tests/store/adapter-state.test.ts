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

  it('of one adapter is not another one’s', async () => {
    const store = createKeyvStore(new Keyv());
    await createAdapterState(store, 'discord').write('key', 1);
    expect(await createAdapterState(store, 'slack').read('key')).toBeUndefined();
  });
});
