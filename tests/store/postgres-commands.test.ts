/** Parley's commands with a store on Postgres, as an operator calls them. */

import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { openStore } from '../../src/store/open.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { emptyFolder, messageOf } from '../fixtures.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const keyText = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const run = async (env: Record<string, string>, ...args: string[]) => {
  const cwd = await emptyFolder();
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const options = { cwd, env: { ...COMPILE_CACHE, MASTER_KEYS: keyText('old', 1), PORT: '0', ...env } };
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) => {
      resolve({ code: error?.code ?? 0, out, err });
    });
  });
};

describe('doctor', () => {
  it('finds nothing wrong beside a running Parley', async () => {
    const STORE_URL = await postgres.database();
    const store = await openStore(STORE_URL);
    const { code, out } = await run({ STORE_URL }, 'doctor');
    await store.close();
    expect([code, out]).toEqual([0, expect.stringMatching(/store +ok +postgres:.*read and written/)]);
    expect(out).toMatch(/master keys +ok +in MASTER_KEYS/);
    expect(out).not.toContain('canary');
  });

  it('names the way out where it cannot be opened, and no password', async () => {
    const url = new URL(await postgres.database());
    url.port = '1';
    const { code, out, err } = await run({ STORE_URL: url.href }, 'doctor');
    expect([code, out]).toEqual([1, expect.stringMatching(/store +failed +.*ECONNREFUSED.*STORE_URL/)]);
    expect(out + err).not.toContain('canary');
  });
});

describe('keys rotate', () => {
  it('seals anew while a Parley that knows both keys runs', async () => {
    const STORE_URL = await postgres.database();
    const store = await openStore(STORE_URL);
    const both = `${keyText('new', 2)},${keyText('old', 1)}`;
    await createSettings(store, createVault(parseKeyRing(keyText('old', 1)))).setKey(
      't',
      'https://a',
      'sk-1',
    );
    expect(await run({ STORE_URL, MASTER_KEYS: both }, 'keys', 'rotate')).toEqual({
      code: 0,
      out: 'One API key is now sealed with the master key "new".\n',
      err: '',
    });
    const after = createSettings(store, createVault(parseKeyRing(keyText('new', 2))));
    expect(await after.key('t', 'https://a')).toBe('sk-1');
    await store.close();
  });
});

describe('forget', () => {
  it('deletes a person’s turns beside a running Parley, and leaves the others’', async () => {
    const STORE_URL = await postgres.database();
    const store = await openStore(STORE_URL);
    const transcripts = createTranscripts(store);
    const place = { conversation: 'discord:1:2', lane: 'discord:1:2', tenant: 'discord:1' };
    for (const [id, person] of [
      ['a', '7'],
      ['b', '8'],
      ['c', '7'],
    ] as const) {
      const message = messageOf(id, `CANARY-${id}`, { ...place, author: { id: person, name: 'N' } });
      await transcripts.append(place.conversation, { message, answer: `answer ${id}`, end: 'stop' });
    }
    expect(await run({ STORE_URL }, 'forget', 'person', 'discord:7')).toMatchObject({
      code: 0,
      out: 'Deleted everything of the person discord:7:\n  2 messages with their answers in 1 conversation\n',
    });
    const { turns } = await transcripts.read(place.conversation, { limit: 9 });
    expect(turns.map(({ message }) => message.text)).toEqual(['CANARY-b']);
    const rows = await postgres.query("SELECT value FROM parley WHERE value LIKE '%CANARY%'", STORE_URL);
    expect(rows).toHaveLength(1);
    await store.erase();
    await store.close();
  });
});

describe('starting', () => {
  it('asks for the master keys, without naming the password', async () => {
    const STORE_URL = await postgres.database();
    const { code, err } = await run({ STORE_URL, MASTER_KEYS: '' });
    expect([code, err]).toEqual([1, expect.stringMatching(/MASTER_KEYS must be set with a Postgres store/)]);
    expect(err).not.toContain('canary');
  });

  it('says at once that the password is wrong', async () => {
    const url = new URL(await postgres.database());
    url.password = 'canary-wrong';
    const { code, err } = await run({ STORE_URL: url.href });
    expect([code, err]).toEqual([1, expect.stringMatching(/password authentication failed.*STORE_URL/)]);
    expect(err).not.toContain('canary');
  });
});
