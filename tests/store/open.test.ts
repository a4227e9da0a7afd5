import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { openStore } from '../../src/store/open.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';
import { createConversationLists } from '../../src/store/tables/conversation-lists.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { testStore } from '../contracts/store.ts';
import { testTranscripts } from '../contracts/transcripts.ts';
import { emptyFolder, keepIn, turnOf } from '../fixtures.ts';

const sqlite = async () => openStore(`sqlite://${join(await emptyFolder(), 'deep', 'parley.sqlite')}`);
const memory = async () => createKeyvStore(new Keyv());

testStore('SQLite', sqlite);
testStore('memory', memory);
for (const [name, open] of [
  ['SQLite', sqlite],
  ['memory', memory],
] as const) {
  testTranscripts(name, async () => {
    const store = await open();
    const failChanges = { after: Number.POSITIVE_INFINITY };
    const fragile: Store = {
      ...store,
      exclusive: (name, task) =>
        failChanges.after-- > 0 ? store.exclusive(name, task) : Promise.reject(new StoreError('down')),
    };
    return {
      transcripts: createTranscripts(fragile),
      keep: keepIn(store),
      failChanges,
      close: () => store.close(),
    };
  });
}

describe('opening a store', () => {
  it('makes the folder and finds everything again', async () => {
    const url = `sqlite://${join(await emptyFolder(), 'a', 'b', 'parley.sqlite')}`;
    const first = await openStore(url);
    await first.write([{ key: 'a', value: 'kept' }]);
    await first.close();
    const second = await openStore(url);
    expect(await second.read('a')).toBe('kept');
    await second.close();
  });

  it('refuses a second opening of the same file, and allows it once the first is closed', async () => {
    const url = `sqlite://${join(await emptyFolder(), 'parley.sqlite')}`;
    const first = await openStore(url);
    await expect(openStore(url)).rejects.toThrow(/Another Parley already uses the store .* STORE_URL/);
    await first.write([{ key: 'a', value: 1 }]);
    await first.close();
    await (await openStore(url)).close();
  });

  it('is not locked by a process that was killed', async () => {
    const path = join(await emptyFolder(), 'parley.sqlite');
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { openStore } = await import(${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url).href)});
         const store = await openStore(${JSON.stringify(`sqlite://${path}`)});
         await store.write([{ key: 'a', value: 'from the killed' }]);
         console.log('held'); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    await expect(openStore(`sqlite://${path}`)).rejects.toThrow(/Another Parley/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const store = await openStore(`sqlite://${path}`);
    expect(await store.read('a')).toBe('from the killed');
    await store.close();
  });

  it('names the way out where no folder can be made at all', async () => {
    await expect(openStore('sqlite:///proc/nowhere/deep/parley.sqlite')).rejects.toThrow(
      /cannot be opened.*STORE_URL/,
    );
  });

  it('names the way out when the folder cannot be made', async () => {
    const file = join(await emptyFolder(), 'a-file');
    writeFileSync(file, '');
    await expect(openStore(`sqlite://${file}/parley.sqlite`)).rejects.toThrow(/cannot be opened.*STORE_URL/);
  });
});

describe('a store that is down', () => {
  /** A real Keyv over an adapter whose every call fails: errors take the way they take in production. */
  const down = () => {
    const fail = () => Promise.reject(new Error('disk on fire'));
    const adapter = {
      get: fail,
      getMany: fail,
      set: fail,
      setMany: fail,
      delete: fail,
      deleteMany: fail,
      clear: fail,
    };
    return createKeyvStore(new Keyv({ store: adapter as never }));
  };

  it('never reads as a missing value', async () => {
    await expect(down().read('a')).rejects.toThrow(StoreError);
    await expect(down().readMany(['a', 'b'])).rejects.toThrow(StoreError);
  });

  it('never takes a write for done', async () => {
    await expect(down().write([{ key: 'a', value: 1 }])).rejects.toThrow(StoreError);
    await expect(down().remove(['a'])).rejects.toThrow(StoreError);
  });

  it('counts a write as failed that the adapter answers with false', async () => {
    const adapter = {
      get: async () => undefined,
      set: async () => false,
      setMany: async (entries: unknown[]) => entries.map(() => false),
      delete: async () => false,
      clear: async () => {},
    };
    await expect(
      createKeyvStore(new Keyv({ store: adapter as never })).write([{ key: 'a', value: 1 }]),
    ).rejects.toThrow(StoreError);
  });

  it('is an error to everything built on it, never an empty conversation', async () => {
    const store = down();
    const transcripts = createTranscripts(store);
    await expect(transcripts.read('c', { limit: 10 })).rejects.toThrow(StoreError);
    await expect(transcripts.find('c', '1')).rejects.toThrow(StoreError);
    await expect(transcripts.append('c', turnOf('1'))).rejects.toThrow(StoreError);
    await expect(transcripts.forget('c')).rejects.toThrow(StoreError);
    await expect(transcripts.remove('c', '1')).rejects.toThrow(StoreError);
    await expect(createAdapterState(store, 'n').read('k')).rejects.toThrow(StoreError);
    await expect(createAdapterState(store, 'n').write('k', 1)).rejects.toThrow(StoreError);
    await expect(createConversationLists(store).list('t')).rejects.toThrow(StoreError);
    await expect(createAttachments(store).get('c', '1')).rejects.toThrow(StoreError);
    const vault = createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`));
    await expect(createSettings(store, vault).read('t')).rejects.toThrow(StoreError);
  });

  it('is an error when a real SQLite file breaks under it', async () => {
    const store = await sqlite();
    await store.write([{ key: 'a', value: 1 }]);
    await store.close();
    await expect(store.read('a')).rejects.toThrow(StoreError);
    await expect(store.write([{ key: 'a', value: 2 }])).rejects.toThrow(StoreError);
    await expect(store.keys('a')).rejects.toThrow(StoreError);
  });
});
