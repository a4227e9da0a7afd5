/** Moving a store to another database, and back. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { moveStore } from '../../src/cli/move-store.ts';
import { readConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-fields.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createHeartbeats } from '../../src/store/leases/heartbeats.ts';
import { openStore } from '../../src/store/open.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { emptyFolder, turnOf } from '../fixtures.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const MASTER_KEYS = `a:${Buffer.alloc(32, 1).toString('base64')}`;
const vault = createVault(parseKeyRing(MASTER_KEYS));
const file = async () => `sqlite://${join(await emptyFolder(), 'parley.sqlite')}`;
const move = (from: string, to: string) =>
  moveStore(readConfig({ STORE_URL: from, MASTER_KEYS, MOVE_TO: to }), undefined);

let said: string[] = [];
afterEach(() => vi.restoreAllMocks());
const listen = () => {
  said = [];
  for (const way of ['log', 'error'] as const) {
    vi.spyOn(console, way).mockImplementation((line) => void said.push(String(line)));
  }
};

async function withStore<T>(url: string, task: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url);
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

const fill = (url: string) =>
  withStore(url, async (store) => {
    const transcripts = createTranscripts(store);
    for (let i = 0; i < 150; i++) await transcripts.append('c', turnOf(`${i}`, { answer: `answer ${i}` }));
    await createSettings(store, vault).setKey('t', 'https://a.example/v1', 'sk-1234');
    const attachment = { id: 'f', name: 'f.txt', type: 'text/plain', size: 4 };
    const attachments = createAttachments(store);
    await attachments.put('c', attachment, Buffer.from('text'));
    await attachments.claim('c', ['f'], { tenant: 't', person: 'ada' });
    await store.write([
      { key: 'odd|\0 \\ %', value: 'odd' },
      { key: 'passes', value: 1, ttl: 60_000 },
      { key: 'has passed', value: 1, ttl: 1 },
    ]);
    await store.take([{ key: 'counter', add: { a: 1 } }], []);
  });

const contents = (url: string) =>
  withStore(url, async (store) => {
    const { turns } = await createTranscripts(store).read('c', { limit: 200 });
    const [passing] = await store.entries(['passes']);
    return {
      keys: (await store.keys('')).sort(),
      answers: turns.map(({ answer }) => answer),
      secret: await createSettings(store, vault).key('t', 'https://a.example/v1'),
      file: (await createAttachments(store).get('c', 'f'))?.bytes.toString(),
      counter: await store.read('counter'),
      odd: await store.read('odd|\0 \\ %'),
      passes: Math.ceil((passing?.ttl ?? 0) / 60_000),
    };
  });

describe('moving a store', () => {
  it('takes all of it to Postgres and back to a file, with the time that rows have left', async () => {
    listen();
    const [first, last] = [await file(), await file()];
    const database = await postgres.database();
    await fill(first);
    expect(await move(first, database)).toBe(0);
    expect(said.join(' ')).toMatch(/30\d rows are in postgres:.* now.*MASTER_KEYS/);
    expect(said.join(' ')).not.toContain('canary');
    const before = await contents(first);
    expect(before).toMatchObject({ secret: 'sk-1234', file: 'text', odd: 'odd', passes: 1 });
    expect(before.answers).toHaveLength(150);
    expect(await contents(database)).toEqual(before);
    expect(await move(database, last)).toBe(0);
    expect(await contents(last)).toEqual(before);
  });

  it('refuses a target that is not empty, and leaves it as it is', async () => {
    listen();
    const [from, to] = [await file(), await postgres.database()];
    await fill(from);
    await withStore(to, (store) => store.write([{ key: 'a', value: 1 }]));
    expect(await move(from, to)).toBe(1);
    expect(said.join(' ')).toMatch(/One row is in postgres:.* already.*empty/);
    expect(await withStore(to, (store) => store.keys(''))).toEqual(['a']);
    await expect(move(to, to)).rejects.toThrow(/MOVE_TO is the store of STORE_URL itself/);
  });

  it('begins anew what was cut short', async () => {
    listen();
    const [from, to] = [await file(), await postgres.database()];
    await fill(from);
    await withStore(to, (store) =>
      store.write([
        { key: 'moving', value: 1 },
        { key: 'was there then', value: 1 },
      ]),
    );
    expect(await move(from, to)).toBe(0);
    expect(await contents(to)).toEqual(await contents(from));
  });

  it('refuses while a Parley works on the source', async () => {
    listen();
    const [from, to] = [await file(), await postgres.database()];
    await withStore(from, async () => {
      await expect(move(from, to)).rejects.toThrow(/Another Parley already uses the store/);
    });
    await withStore(to, async (store) => {
      const processes = createHeartbeats(store, { warn() {} } as never);
      await processes.current();
      expect(await move(to, from)).toBe(1);
      expect(said.join(' ')).toMatch(/One Parley is on postgres:.*Stop them all/);
      await processes.stop();
    });
    expect(await move(to, from)).toBe(0);
  });

  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const run = async (env: Record<string, string>, ...args: string[]) =>
    promisify(execFile)(process.execPath, [main, 'move', ...args], { cwd: await emptyFolder(), env });

  it('is a command that reads its target from MOVE_TO, from its file, or where nothing is secret in it from the command line', async () => {
    const from = await file();
    await fill(from);
    const [first, second, third] = [await file(), await file(), await file()];
    const path = join(await emptyFolder(), 'target');
    await writeFile(path, `${second}\n`);
    const told = /30\d rows are in sqlite:.* now.*Copy master\.keys and web\.token/s;
    for (const env of [{ MOVE_TO: first }, { MOVE_TO_FILE: path }]) {
      listen();
      expect(await moveStore(readConfig({ STORE_URL: from, ...env }), undefined)).toBe(0);
      expect(said.join('\n')).toMatch(told);
    }
    expect((await run({ STORE_URL: from }, third)).stdout).toMatch(told);
    for (const to of [first, second, third]) expect(await contents(to)).toEqual(await contents(from));
  });

  it.each([
    'postgres://parley:canary@127.0.0.1:1/parley',
    'postgresql://:canary@127.0.0.1:1/parley',
    'postgres://parley:can#ary@127.0.0.1:1/parley',
    'postgres://parley:12#canary@127.0.0.1:1/parley',
    'postgres://parley@127.0.0.1:1/parley?password=canary',
    'redis://parley:canary@127.0.0.1/',
  ])('refuses a password on the command line, and names MOVE_TO: %s', async (to) => {
    listen();
    const error = await moveStore(readConfig({ STORE_URL: await file() }), to).catch((error) => error);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.problems).toEqual([expect.stringMatching(/password .*MOVE_TO/)]);
    expect([...error.problems, ...said].join()).not.toMatch(/can#?ary/);
  });

  it('refuses it as a command, without repeating it', async () => {
    const to = 'postgres://parley:can#ary@127.0.0.1:1/parley';
    const failed = await run({ STORE_URL: await file() }, to).then(
      () => ({ code: 0, stdout: '', stderr: '' }),
      (error) => error,
    );
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/password .*MOVE_TO/)]);
    expect(failed.stdout + failed.stderr).not.toMatch(/can#?ary/);
  });

  it('refuses the store itself, however it is named', async () => {
    const from = await file();
    const config = readConfig({ STORE_URL: from, MOVE_TO: from.replace(/([^/]+)$/, 'x/../$1') });
    await expect(moveStore(config, undefined)).rejects.toThrow(/MOVE_TO is the store of STORE_URL itself/);
  });

  it('names MOVE_TO where the target cannot be opened', async () => {
    const from = await file();
    await fill(from);
    const config = readConfig({ STORE_URL: from, MOVE_TO: `${from}/x.sqlite` });
    await expect(moveStore(config, undefined)).rejects.toThrow(/MOVE_TO/);
  });

  it('asks which of two targets is meant', async () => {
    const config = readConfig({ STORE_URL: await file(), MOVE_TO: await file() });
    await expect(moveStore(config, await file())).rejects.toThrow(/MOVE_TO is set, and another/);
  });

  it.each([undefined, 'redis://x', 'data/x.sqlite'])(
    'says how a target is named instead of %s',
    async (to) => {
      const config = readConfig({ STORE_URL: await file() });
      await expect(moveStore(config, to)).rejects.toThrow(/MOVE_TO/);
      await expect(moveStore(config, to)).rejects.toThrow(ConfigError);
    },
  );
});
