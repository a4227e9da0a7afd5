/** Rows removed from an SQLite store are gone from its files too, not only from reads. */
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { longestTurn } from '../cpu-time.ts';
import { emptyFolder } from '../fixtures.ts';

async function open() {
  const folder = join(await emptyFolder(), 'data');
  const path = join(folder, 'parley.sqlite');
  return { folder, path, store: await openStore(`sqlite://${path}`) };
}

const WORD = /CANARY[\w-]*X/g;

/** Which of the words, all of that form, stand anywhere in the folder's files. */
function standing(folder: string, words: Iterable<string>): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  const found = new Set(files.flatMap((text) => text.match(WORD) ?? []));
  return [...words].filter((word) => found.has(word));
}

const sizeOf = (path: string) => statSync(path).size;

/** The same numbers each time (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Adds, replaces and removes rows at random; returns the words that are in none of them any more, and those that are. */
async function churn(store: Store, seed: number, longest: number) {
  const random = randomOf(seed);
  const words = new Map<string, string>();
  const gone: string[] = [];
  let count = 0;
  for (let step = 0; step < 2_000; step++) {
    const keys = [...words.keys()];
    const known = keys[random(keys.length)];
    const key = known !== undefined && random(10) < 5 ? known : `k${seed}-${random(1e9)}`;
    const old = words.get(key);
    if (old !== undefined) gone.push(old);
    if (old !== undefined && random(2) === 0) {
      words.delete(key);
      await store.remove([key]);
    } else {
      const word = `CANARY${seed}-${count++}X`;
      words.set(key, word);
      await store.write([
        { key, value: `${'v'.repeat(random(longest))} ${word} ${'v'.repeat(random(longest))}` },
      ]);
    }
  }
  return { gone, words };
}

describe('a removed or replaced text', () => {
  it.each([
    ['short', 300],
    ['about a page long', 1_500],
    ['several pages long', 9_000],
  ])('stands in none of the files once it is erased: rows that are %s', async (_, longest) => {
    const { folder, path, store } = await open();
    for (const seed of [1, 2, 3]) {
      const { gone, words } = await churn(store, seed, longest);
      await store.erase();
      expect(standing(folder, gone)).toEqual([]);
      for (const [key, word] of words) expect(await store.read(key)).toContain(word);
    }
    await store.close();
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.close();
  });

  it('is gone within seconds, whoever asks for nothing, from the log too', async () => {
    const { folder, store } = await open();
    await store.write([{ key: 'a', value: 'CANARY-removedX' }]);
    await store.write([{ key: 'b', value: 'CANARY-replacedX' }]);
    await store.remove(['a']);
    await store.write([{ key: 'b', value: 'other' }]);
    expect(standing(folder, ['CANARY-removedX', 'CANARY-replacedX'])).toHaveLength(2);
    await expect.poll(() => standing(folder, ['CANARY-removedX', 'CANARY-replacedX'])).toEqual([]);
    await store.close();
  });

  it('is gone when the store is closed, and after a crash when it is opened again', async () => {
    const { folder, path, store } = await open();
    const { gone } = await churn(store, 4, 1_500);
    // As it is found after kill -9: the log beside the file.
    const copy = join(await emptyFolder(), 'parley.sqlite');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    await store.close();
    expect(standing(folder, gone)).toEqual([]);
    const again = await openStore(`sqlite://${copy}`);
    await expect.poll(() => standing(join(copy, '..'), gone)).toEqual([]);
    await again.close();
  });

  it('goes later where another program reads the file meanwhile', async () => {
    const { folder, path, store } = await open();
    await store.write([{ key: 'a', value: 'CANARYX' }]);
    const reader = new DatabaseSync(path);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM keyv').get();
    await store.remove(['a']);
    await store.erase();
    expect(standing(folder, ['CANARYX'])).toEqual(['CANARYX']);
    expect(await store.read('a')).toBeUndefined();
    reader.exec('COMMIT');
    reader.close();
    await expect.poll(() => standing(folder, ['CANARYX'])).toEqual([]);
    await store.close();
  });
});

describe('a store that is forgotten much of', () => {
  it('shrinks, without holding the event loop', async () => {
    const { path, store } = await open();
    const keys = Array.from({ length: 60 }, (_, i) => `file${i}`);
    for (const key of keys) await store.write([{ key, value: 'x'.repeat(500_000) }]);
    await store.erase();
    expect(sizeOf(path)).toBeGreaterThan(30_000_000);
    const longest = await longestTurn(async () => {
      for (const key of keys) await store.remove([key]);
      await store.erase();
    });
    expect(sizeOf(path)).toBeLessThan(500_000);
    expect(sizeOf(`${path}-wal`)).toBe(0);
    expect(longest).toBeLessThan(400);
    await store.close();
  });

  it('holds the event loop for no file, however large', async () => {
    const { folder, path, store } = await open();
    const attachments = createAttachments(store);
    const file = { id: 'f', name: 'f.bin', type: 'audio/wav', size: 25 * 2 ** 20 };
    const bytes = Buffer.alloc(file.size, 'CANARY-in-fileX ');
    const times = [
      await longestTurn(() => attachments.put('c', file, bytes)),
      await longestTurn(() => attachments.claim('c', ['f'], { tenant: 't', person: 'ada' })),
      await longestTurn(() => attachments.forget('c')),
      await longestTurn(() => store.erase()),
    ];
    expect(sizeOf(path)).toBeLessThan(500_000);
    const base64 = bytes.toString('base64', 0, 30);
    expect(readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(base64))).toEqual(
      [],
    );
    // Each turn takes some 10 ms.
    expect(Math.max(...times)).toBeLessThan(100);
    await store.close();
  });

  it('shrinks too where it was made by Parley 0.1.0, after one start, and loses nothing', async () => {
    const folder = await emptyFolder();
    const path = join(folder, 'parley.sqlite');
    const old = new DatabaseSync(path);
    old.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE "keyv"(key VARCHAR(255) NOT NULL, value TEXT, namespace VARCHAR(255) NOT NULL DEFAULT '', expires BIGINT DEFAULT NULL, UNIQUE(key, namespace));
      CREATE INDEX "keyv_expires_idx" ON "keyv" (expires) WHERE expires IS NOT NULL`);
    const insert = old.prepare('INSERT INTO keyv (key, value) VALUES (?, ?)');
    for (let i = 0; i < 500; i++)
      insert.run(`k${i}`, JSON.stringify({ value: `text ${i} ${'x'.repeat(5_000)}` }));
    old.exec("UPDATE keyv SET value = '\"CANARYX\"' WHERE key = 'k7'; DELETE FROM keyv WHERE key = 'k7'");
    old.close();
    const store = await openStore(`sqlite://${path}`);
    expect(await store.keys('k')).toHaveLength(499);
    expect(await store.read('k499')).toMatch(/^text 499 x/);
    await store.remove(await store.keys('k'));
    await store.erase();
    expect(sizeOf(path)).toBeLessThan(200_000);
    expect(standing(folder, ['CANARYX'])).toEqual([]);
    await store.close();
  });

  it('goes on unconverted where that cannot be done, and converts at the next start', async () => {
    const folder = await emptyFolder();
    const path = join(folder, 'parley.sqlite');
    const old = new DatabaseSync(path);
    old.exec('PRAGMA journal_mode = WAL; CREATE TABLE other (a)');
    const reader = new DatabaseSync(path);
    reader.exec('BEGIN IMMEDIATE');
    setTimeout(() => reader.exec('ROLLBACK'), 300);
    const store = await openStore(`sqlite://${path}`);
    await store.write([{ key: 'a', value: 1 }]);
    expect(await store.read('a')).toBe(1);
    await store.close();
    reader.close();
    old.close();
    await (await openStore(`sqlite://${path}`)).close();
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
    db.close();
  });
});
