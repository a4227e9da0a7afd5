/** The store on a real Postgres, and what becomes of it where that breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { startTcpProxy } from '../../lab/counterparts/tcp-proxy.ts';
import { StoreError } from '../../src/core/errors.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { openStore } from '../../src/store/open.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { createConversationLists } from '../../src/store/tables/conversation-lists.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { testStore } from '../contracts/store.ts';
import { testTranscripts } from '../contracts/transcripts.ts';
import { keepIn, turnOf } from '../fixtures.ts';
import { openAlone, openPair } from './on-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const open = () => openAlone(postgres);
const openTwo = () => openPair(postgres);

testStore('Postgres', open, openTwo);
testTranscripts('Postgres', async () => {
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

const opened: Store[] = [];
const kept = <S extends Store[]>(...stores: S): S => {
  opened.push(...stores);
  return stores;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
const secondsOf = async (task: Promise<unknown>) => {
  const begun = performance.now();
  await task.catch(() => {});
  return (performance.now() - begun) / 1_000;
};
const increment = (store: Store, key: string) =>
  store.exclusive(key, async (rows) => {
    const value = (await rows.read<number>(key)) ?? 0;
    await rows.write([{ key, value: value + 1 }]);
  });

/** The connections that wait for a lock now. */
const WAITING_FOR_LOCKS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";

describe('two processes on Postgres', () => {
  it('append to one conversation without losing a turn', async () => {
    const stores = kept(...(await openTwo()));
    const ids = Array.from({ length: 30 }, (_, i) => String(i));
    const both = stores.map(createTranscripts);
    const results = await Promise.all(ids.flatMap((id) => both.map((each) => each.append('c', turnOf(id)))));
    expect(results.filter((result) => result === 'new')).toHaveLength(30);
    const { turns } = await createTranscripts(stores[0]).read('c', { limit: 100 });
    expect(turns.map(({ seq }) => seq)).toEqual(ids.map(Number));
    expect(new Set(turns.map(({ message }) => message.id)).size).toBe(30);
  });

  it('wait for a row that one of them holds', async () => {
    const [store, other] = kept(...(await openTwo()));
    await store.write([{ key: 'held', value: 1 }]);
    const order: string[] = [];
    let writing: Promise<unknown> | undefined;
    await store.exclusive('holder', async (rows) => {
      expect(await rows.hold('held')).toBe(1);
      writing = other
        .exclusive('writer', (them) => them.write([{ key: 'held', value: 2 }]))
        .then(() => order.push('written'));
      await expect.poll(() => postgres.query(WAITING_FOR_LOCKS)).toHaveLength(1);
      order.push('done');
    });
    await writing;
    expect(order).toEqual(['done', 'written']);
    expect(await store.read('held')).toBe(2);
  });

  it('read on while a row is held, and hold it both', async () => {
    const [store, other] = kept(...(await openTwo()));
    await store.write([{ key: 'held', value: 1 }]);
    await store.exclusive('a', async (rows) => {
      await rows.hold('held');
      expect(await other.read('held')).toBe(1);
      expect(await other.exclusive('b', (them) => them.hold('held'))).toBe(1);
    });
  });

  it('try again where Postgres ends one of two that block each other', async () => {
    const stores = kept(...(await openTwo()));
    await stores[0].write([{ key: 'n', value: 0 }]);
    let waiting = 2;
    await Promise.all(
      stores.map((store, i) =>
        store.exclusive(`name ${i}`, async (rows) => {
          const value = (await rows.hold<number>('n')) ?? 0;
          // Until both hold it, and so neither can write it.
          if (--waiting >= 0) await expect.poll(() => waiting).toBeLessThanOrEqual(0);
          await rows.write([{ key: 'n', value: value + 1 }]);
        }),
      ),
    );
    expect(await stores[0].read('n')).toBe(2);
  });

  it('are not blocked for long by one that is held up in the middle of a task', async () => {
    const [store, other] = kept(...(await openTwo()));
    const heldUp = store.exclusive('n', async (rows) => {
      await rows.write([{ key: 'n', value: 100 }]);
      await increment(other, 'n');
      expect(await other.read('n')).toBe(1);
    });
    await expect(heldUp).rejects.toThrow(StoreError);
    expect(await other.read('n')).toBe(1);
  });
});

describe('what is built on the store', () => {
  it('loses no setting, entry or file of two processes at once', async () => {
    const stores = kept(...(await openTwo()));
    const vault = createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`));
    const settings = stores.map((store) => createSettings(store, vault));
    const lists = stores.map(createConversationLists);
    const files = stores.map((store) => createAttachments(store));
    const bytes = Buffer.from('text');
    const file = (id: string) => ({ id, name: `${id}.txt`, type: 'text/plain', size: 4 });
    await Promise.all(
      [0, 1].flatMap((i) => [
        settings[i]?.change('t', i ? { model: 'm' } : { persona: 'kind' }),
        settings[i]?.setKey('t', `https://${i}.example/v1`, `sk-${i}-1234`),
        lists[i]?.add('t', { id: `${i}`, title: '', at: i }),
        files[i]
          ?.put('c', file(`${i}`), bytes)
          .then(() => files[i]?.claim('c', [`${i}`], { tenant: 't', person: 'ada' })),
      ]),
    );
    expect(await settings[0]?.read('t')).toEqual({
      model: 'm',
      persona: 'kind',
      keys: { 'https://0.example/v1': { last4: '1234' }, 'https://1.example/v1': { last4: '1234' } },
    });
    expect((await lists[0]?.list('t'))?.map(({ id }) => id)).toEqual(['1', '0']);
    for (const id of ['0', '1']) expect((await files[0]?.get('c', id))?.bytes).toEqual(bytes);
    await files[1]?.forget('c');
    expect(await stores[0]?.keys('file')).toEqual([]);
  });

  it('forgets the files of more conversations at once than there are connections', async () => {
    const [store] = kept(await open());
    const files = createAttachments(store);
    const conversations = Array.from({ length: 40 }, (_, i) => `c${i}`);
    const each = (task: (conversation: string) => Promise<unknown>) => Promise.all(conversations.map(task));
    await each((c) => files.put(c, { id: 'f', name: 'f', type: 'text/plain', size: 4 }, Buffer.from('text')));
    await each((c) => files.claim(c, ['f'], { tenant: 't', person: 'ada' }));
    await each((c) => files.forget(c));
    expect(await store.keys('file')).toEqual([]);
  });
});

describe('where Postgres breaks', () => {
  it('every call throws StoreError while it is stopped, and works once it is back, without a restart', async () => {
    const [store, other] = kept(...(await openTwo()));
    const heard: string[] = [];
    other.onTold((topic) => heard.push(topic));
    await store.write([{ key: 'a', value: 1 }]);
    await postgres.stop();
    for (const call of [
      () => store.read('a'),
      () => store.readMany(['a']),
      () => store.write([{ key: 'a', value: 2 }]),
      () => store.remove(['a']),
      () => store.keys('a'),
      () => store.exclusive('a', async () => {}),
    ]) {
      await expect(call()).rejects.toThrow(StoreError);
      await expect(call()).rejects.toMatchObject({ reason: expect.stringMatching(/Postgres/) });
    }
    store.tell('lost');
    await postgres.start();
    expect(await store.read('a')).toBe(1);
    await increment(store, 'a');
    expect(await other.read('a')).toBe(2);
    // Who listens is told to look for itself, and hears again.
    await expect.poll(() => heard).toContain('');
    expect(new Set(heard)).toEqual(new Set(['']));
    await expect
      .poll(() => {
        store.tell('again');
        return heard;
      })
      .toContain('again');
  });

  it('is waited for while it starts', async () => {
    const url = await postgres.database();
    await postgres.stop();
    const opening = openStore(url);
    await sleep(1_000);
    await postgres.start();
    const [store] = kept(await opening);
    expect(await store.read('a')).toBeUndefined();
  });

  it('a task whose connection is killed has written nothing, and the next one goes on', async () => {
    const [store, other] = kept(...(await openTwo()));
    await expect(
      store.exclusive('n', async (rows) => {
        await rows.write([{ key: 'n', value: 100 }]);
        await postgres.terminateBackends();
        await sleep(50);
      }),
    ).rejects.toThrow(StoreError);
    await increment(store, 'n');
    await increment(other, 'n');
    expect(await store.read('n')).toBe(2);
  });

  it('a task that goes on after a failed read writes nothing', async () => {
    const [store] = kept(await open());
    await expect(
      store.exclusive('n', async (rows) => {
        await postgres.terminateBackends();
        await rows.read('n').catch(() => {});
        await rows.write([{ key: 'n', value: 1 }]);
      }),
    ).rejects.toThrow(StoreError);
    expect(await store.read('n')).toBeUndefined();
  });

  it('what one process could not tell the others they look for once it can', async () => {
    const url = await postgres.database();
    await using proxy = await startTcpProxy(Number(new URL(url).port));
    const [cut, other] = kept(
      await openStore(url.replace(/:\d+\//, `:${proxy.port}/`)),
      await openStore(url),
    );
    const heard: string[] = [];
    other.onTold((topic) => heard.push(topic));
    proxy.freeze();
    cut.tell('lost');
    await expect(cut.read('n')).rejects.toThrow(StoreError);
    proxy.thaw();
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(heard.every((topic) => topic === '' || topic === 'lost')).toBe(true);
  });

  it('a server that says nothing any more is an error in some seconds, and goes on when it does', async () => {
    const url = await postgres.database();
    await using proxy = await startTcpProxy(Number(new URL(url).port));
    const [store] = kept(await openStore(url.replace(/:\d+\//, `:${proxy.port}/`)));
    await increment(store, 'n');
    const heard: string[] = [];
    store.onTold((topic) => heard.push(topic));
    proxy.freeze();
    const calls = [
      ...Array.from({ length: 15 }, () => store.read('n')),
      increment(store, 'n'),
      store.write([{ key: 'm', value: 1 }]),
    ];
    const seconds = await Promise.all(calls.map(secondsOf));
    expect(Math.max(...seconds)).toBeLessThan(20);
    for (const call of calls)
      await expect(call).rejects.toMatchObject({ reason: 'Postgres does not answer' });
    proxy.thaw();
    await increment(store, 'n');
    expect(await store.read('n')).toBe(2);
  });
});

describe('what is said where Postgres cannot be opened', () => {
  const messageOf = async (url: string) => {
    const error = await openStore(url, 0).then(
      (store) => kept(store) && undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StoreError);
    return error instanceof Error ? `${error.message} ${error.stack}` : '';
  };

  it.each<[string, (url: URL) => void, RegExp]>([
    ['nobody listens there', (url) => (url.port = '1'), /cannot be opened: connect ECONNREFUSED.*STORE_URL/],
    [
      'the host is not known',
      (url) => (url.hostname = 'db.invalid'),
      /cannot be opened: getaddrinfo.*STORE_URL/,
    ],
    [
      'the password is wrong',
      (url) => (url.password = 'canary-wrong'),
      /password authentication failed.*STORE_URL/,
    ],
    [
      'there is no such database',
      (url) => (url.pathname = '/nowhere'),
      /"nowhere" does not exist.*STORE_URL/,
    ],
    ['it has no TLS', (url) => (url.search = '?sslmode=verify-full'), /SSL.*STORE_URL/],
  ])('where %s, and never the password', async (_, change, says) => {
    const url = new URL(await postgres.database());
    change(url);
    const message = await messageOf(url.href);
    expect(message).toMatch(says);
    expect(message).not.toContain('canary');
  });

  it('where the password is not written as a URL has it, and never the password', async () => {
    const message = await messageOf('postgres://parley:canary#1@db:5432/parley');
    expect(message).toMatch(/STORE_URL is not an address.*%23/);
    expect(message).not.toContain('canary');
  });

  it('where the database does not hold every character', async () => {
    const url = await postgres.database();
    await postgres.query(
      `CREATE DATABASE narrow ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
    );
    expect(await messageOf(url.replace(/[^/]+$/, 'narrow'))).toMatch(/SQL_ASCII.*UTF8/);
  });

  it('where the user may make no table', async () => {
    const url = new URL(await postgres.database());
    await postgres.query(`CREATE USER guest PASSWORD 'canary-guest'`);
    url.username = 'guest';
    url.password = 'canary-guest';
    expect(await messageOf(url.href)).toMatch(/permission denied for schema public.*STORE_URL/);
  });
});

describe('what has expired', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is removed every hour, however much, and nothing else, also after an hour in which that failed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const url = await postgres.database();
    const [store] = kept(await openStore(url));
    await store.write([
      { key: 'stays', value: 1 },
      { key: 'stays as well', value: 1, ttl: 60_000 },
    ]);
    await postgres.query(
      `INSERT INTO parley (key, value, expires) SELECT 'k' || i, '{}', 1 FROM generate_series(1, 2500) i`,
      url,
    );
    await postgres.stop();
    vi.advanceTimersByTime(3_600_000);
    await sleep(100);
    await postgres.start();
    vi.advanceTimersByTime(3_600_000);
    const left = async () =>
      (await postgres.query('SELECT key FROM parley ORDER BY key', url)).map(({ key }) => key);
    await expect.poll(left).toEqual(['stays', 'stays as well']);
  });
});
