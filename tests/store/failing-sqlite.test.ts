/** Mishaps to an SQLite file while Parley uses it: nothing is lost, and Parley goes on by itself. */
import { readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { connectSqlite } from '../../src/store/sqlite/connection.ts';
import type { Store } from '../../src/store/store.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { emptyFolder, turnOf } from '../fixtures.ts';
import { settled } from '../settled.ts';

interface Opened extends AsyncDisposable {
  store: Store;
  folder: string;
  path: string;
  /** Another program's connection to the file. */
  other(): DatabaseSync;
}

async function open(): Promise<Opened> {
  const folder = join(await emptyFolder(), 'data');
  const path = join(folder, 'parley.sqlite');
  const store = await openStore(`sqlite://${path}`);
  const others: DatabaseSync[] = [];
  return {
    store,
    folder,
    path,
    other() {
      const db = new DatabaseSync(path);
      others.push(db);
      return db;
    },
    async [Symbol.asyncDispose]() {
      for (const db of others) if (db.isOpen) db.close();
      await store.close();
    },
  };
}

const put = (store: Store, key: string, value: unknown = key) => store.write([{ key, value }]);

function isWhole(path: string): boolean {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare('PRAGMA integrity_check').get()?.integrity_check === 'ok';
  } finally {
    db.close();
  }
}

/** The reason that it fails for. */
async function failure(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return (error as StoreError).reason;
  }
  throw new Error('it did not fail');
}

describe('another program that holds the file', () => {
  it('for a moment is waited for, without anything else being held up, and what was to be written keeps its order', async () => {
    await using opened = await open();
    const { store, other } = opened;
    await put(store, 'a', 0);
    const holder = other();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    holder.exec('BEGIN EXCLUSIVE');
    delay.enable();
    const writes = [1, 2, 3, 4, 5].map((value) => put(store, 'a', value));
    let isDone = false;
    const done = Promise.all(writes).then(() => {
      isDone = true;
    });
    expect(await store.read('a')).toBe(0);
    await sleep(600);
    expect(isDone).toBe(false);
    delay.disable();
    holder.exec('ROLLBACK');
    await done;
    expect(await store.read('a')).toBe(5);
    // A lock that is waited for in SQLite itself holds up everything, each time for seconds.
    expect(delay.max / 1e6).toBeLessThan(2_000);
  });

  it('for long fails what is to be written, then at once, until it ends', async () => {
    await using opened = await open();
    const { store, other } = opened;
    await put(store, 'a', 0);
    const holder = other();
    holder.exec('BEGIN IMMEDIATE');
    const startedAt = performance.now();
    expect(await failure(put(store, 'a', 1))).toBe('another program holds its file');
    expect(performance.now() - startedAt).toBeGreaterThan(4_000);
    const failedAt = performance.now();
    for (let time = 0; time < 5; time++)
      expect(await failure(put(store, 'a', 2))).toBe('another program holds its file');
    expect(performance.now() - failedAt).toBeLessThan(5 * 4_000);
    expect(await store.read('a')).toBe(0);
    holder.exec('ROLLBACK');
    await put(store, 'a', 3);
    expect(await store.read('a')).toBe(3);
  });
});

describe('a file that moves', () => {
  it('away fails everything, and back is used again, with what was there before', async () => {
    await using opened = await open();
    const { store, folder, path } = opened;
    await put(store, 'a');
    await rename(folder, `${folder}.away`);
    expect(await failure(put(store, 'b'))).toBe('its file is gone');
    expect(await failure(store.read('a'))).toBe('its file is gone');
    expect(await failure(store.keys(''))).toBe('its file is gone');
    await rename(`${folder}.away`, folder);
    await put(store, 'c');
    expect(await store.readMany(['a', 'b', 'c'])).toEqual(['a', undefined, 'c']);
    expect(isWhole(path)).toBe(true);
  });

  it('away for good is not made anew, so that nothing is written to what nobody keeps', async () => {
    await using opened = await open();
    const { store, folder, path } = opened;
    await put(store, 'a');
    await rm(path);
    expect(await failure(put(store, 'b'))).toBe('its file is gone');
    expect(readdirSync(folder)).not.toContain('parley.sqlite');
  });

  it('and is replaced by a copy goes on with that, and nothing of the old one gets into it', async () => {
    await using opened = await open();
    const { store, path, other } = opened;
    await put(store, 'a', 'copied');
    const copying = other();
    copying.exec(`VACUUM INTO '${path}.copy'`);
    copying.close();
    await put(store, 'a', 'newer');
    await put(store, 'b', 'newer');
    await rename(path, `${path}.old`);
    await rename(`${path}.copy`, path);
    expect(await store.readMany(['a', 'b'])).toEqual(['copied', undefined]);
    await put(store, 'c', 'into the copy');
    expect(await store.readMany(['a', 'b', 'c'])).toEqual(['copied', undefined, 'into the copy']);
    expect(isWhole(path)).toBe(true);
    // Changes that were only in the log went into the old file.
    const old = new DatabaseSync(`${path}.old`, { readOnly: true });
    expect(old.prepare("SELECT key FROM keyv WHERE key IN ('a', 'b', 'c') ORDER BY key").all()).toMatchObject(
      [{ key: 'a' }, { key: 'b' }],
    );
    old.close();
  });

  it('has its log deleted under it loses nothing', async () => {
    const opened = await open();
    const { store, path } = opened;
    await put(store, 'a');
    await rm(`${path}-wal`);
    await put(store, 'b');
    await rm(`${path}-shm`);
    await put(store, 'c');
    await store.close();
    const again = await openStore(`sqlite://${path}`);
    expect(await again.readMany(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    await again.close();
    expect(isWhole(path)).toBe(true);
  });
});

describe('a disk', () => {
  async function connection() {
    const path = join(await emptyFolder(), 'a.sqlite');
    new DatabaseSync(path).close();
    const made = await connectSqlite(path);
    await made.query('CREATE TABLE t (key TEXT PRIMARY KEY, value TEXT)');
    const insert = (key: string, size = 10) =>
      made.query('INSERT INTO t VALUES (?, ?)', key, 'x'.repeat(size));
    const keys = async () =>
      (await made.query('SELECT key FROM t ORDER BY key')).map((row) => (row as { key: string }).key);
    return { ...made, path, insert, keys };
  }

  it('that is full fails what is written whole, can still be read, and is used again when there is space', async () => {
    const { query, insert, keys, close, path } = await connection();
    await insert('a');
    await query('PRAGMA max_page_count = 3');
    expect(await failure(insert('big', 1_000_000))).toBe('its disk is full');
    expect(await keys()).toEqual(['a']);
    await query('PRAGMA max_page_count = 100000');
    await insert('b', 1_000_000);
    expect(await keys()).toEqual(['a', 'b']);
    await close();
    expect(isWhole(path)).toBe(true);
  });

  it('that was read-only is written again, on another connection: the one there was stays read-only', async () => {
    const { query, insert, keys, close } = await connection();
    await insert('a');
    // As a connection is that was opened on a read-only disk.
    await query('PRAGMA query_only = ON');
    expect(await failure(insert('b'))).toBe('its file is read-only');
    expect(await keys()).toEqual(['a']);
    await expect.poll(() => insert('c').then(() => true, String)).toBe(true);
    expect(await keys()).toEqual(['a', 'c']);
    await close();
  });
});

describe('a removal that fails', () => {
  it.each(['forgetting', 'what is kept too long'])('is finished by the next: %s', async (what) => {
    await using opened = await open();
    const { store, other } = opened;
    const transcripts = createTranscripts(store);
    for (let i = 0; i < 150; i++) await transcripts.append('c', turnOf(String(i)));
    await transcripts.remove('c', '3');
    const remove = () => (what === 'forgetting' ? transcripts.forget('c') : transcripts.dropBefore('c', 120));
    const db = other();
    db.exec(
      `CREATE TRIGGER fails BEFORE DELETE ON keyv WHEN OLD.key LIKE 't|%' BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    await failure(remove());
    db.exec('DROP TRIGGER fails');
    await remove();
    const left = db.prepare("SELECT count(*) AS n FROM keyv WHERE value LIKE '%text %'").get()?.n;
    expect(left).toBe(what === 'forgetting' ? 0 : 30);
  });
});

describe('rows whose time is over', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are removed within an hour; where that fails, nothing else does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    await using opened = await open();
    const { store, folder, other } = opened;
    const raised: unknown[] = [];
    const onRaised = (error: unknown) => raised.push(error);
    process.on('unhandledRejection', onRaised);
    await store.write(Array.from({ length: 40 }, (_, i) => ({ key: `gone|${i}`, value: i, ttl: 1 })));
    await put(store, 'kept');
    await sleep(10);
    await rename(folder, `${folder}.away`);
    vi.advanceTimersByTime(3_600_000);
    await settled(50);
    await rename(`${folder}.away`, folder);
    const reader = other();
    const rows = () => reader.prepare("SELECT count(*) AS n FROM keyv WHERE key LIKE 'gone|%'").get()?.n;
    expect(rows()).toBe(40);
    vi.advanceTimersByTime(3_600_000);
    await expect.poll(rows).toBe(0);
    expect(await store.read('kept')).toBe('kept');
    process.off('unhandledRejection', onRaised);
    expect(raised).toEqual([]);
  });
});
