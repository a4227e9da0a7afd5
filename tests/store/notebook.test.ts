import { setTimeout as sleep } from 'node:timers/promises';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createNotebook } from '../../src/store/tables/adapter-state.ts';

describe('a notebook', () => {
  it('keeps what was written until it is removed or its time is over', async () => {
    const notebook = createNotebook(createKeyvStore(new Keyv()), 'discord');
    await notebook.write('messages|1', ['10', '11']);
    await notebook.write('short', 1, 1);
    await notebook.write('long', 1, 60_000);
    await sleep(20);
    expect(await notebook.read('messages|1')).toEqual(['10', '11']);
    expect(await notebook.read('short')).toBeUndefined();
    expect(await notebook.read('long')).toBe(1);
    await notebook.remove('messages|1', 'long', 'never there');
    await notebook.remove();
    expect(await notebook.read('messages|1')).toBeUndefined();
    expect(await notebook.read('long')).toBeUndefined();
  });

  it('of one adapter is not another one’s', async () => {
    const store = createKeyvStore(new Keyv());
    await createNotebook(store, 'discord').write('key', 1);
    expect(await createNotebook(store, 'slack').read('key')).toBeUndefined();
  });
});
