/** `npm start -- forget` beside no running Parley: what is forgotten leaves the index of words too, branches included. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import type { SearchHits } from '../../src/adapters/web/api/search.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Browser, browserOf } from '../harness/web.ts';
import { operateHere, startHere } from './operated.ts';

const FORGOTTEN = ['walruscanary', 'zebracanary', 'newtcanary'];
const KEPT = 'sealcanary';

let postgres: TestPostgres;
let model: ModelServer;
beforeAll(async () => {
  postgres = await startPostgres();
  model = await startModelServer();
  model.respond(answers('Noted.'));
});
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await model?.stop();
});

/** All that the files of a folder say. */
const filesOf = (folder: string) =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join();

/** All that the tables of a database say. */
async function tablesOf(url: string): Promise<string> {
  const tables = await postgres.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`, url);
  const texts = await Promise.all(
    tables.map(({ tablename }) => postgres.query(`SELECT one::text FROM public.${tablename} one`, url)),
  );
  return JSON.stringify(texts);
}

async function tell(browser: Browser, text: string): Promise<{ id: string; turn: string }> {
  const id = await browser.newConversation();
  const { id: turn } = await browser.send(id, text);
  await browser.follow(id, turn);
  return { id, turn };
}

/** A search brings in what was said just before. */
const hitsOf = async (browser: Browser, word: string) =>
  (await browser.get<SearchHits>(`/api/search?q=${word}`)).hits.map(({ of }) => of);

describe.each(['sqlite', 'postgres'])('the index of words on %s', (database) => {
  it('has no word of a forgotten person, also where no Parley runs', async () => {
    const isOnServer = database === 'postgres';
    const folder = await emptyFolder();
    const url = isOnServer ? await postgres.database() : '';
    const env = {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      ...(isOnServer && {
        STORE_URL: url,
        MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      }),
    };
    const written = async () => (isOnServer ? tablesOf(url) : filesOf(folder));
    const standing = async () => {
      const text = (await written()).toLowerCase();
      return [...FORGOTTEN, KEPT].filter((word) => text.includes(word));
    };
    await using parley = await startHere(env, folder);
    const [leaving, staying] = [browserOf(parley.url), browserOf(parley.url)];
    await leaving.fetch('/api/settings', { method: 'PATCH', json: { persona: 'kind' } });
    const [tenant = ''] = /web:[\w-]{43}/.exec(parley.output()) ?? [];
    const { id, turn } = await tell(leaving, 'One walrusCANARY');
    const edited = { id: randomUUID(), text: 'Or a zebraCANARY' };
    await leaving.fetch(`/api/conversations/${id}/turns/${turn}/edit`, { method: 'POST', json: edited });
    await leaving.follow(id, edited.id);
    await leaving.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'newtCANARY' } });
    await tell(staying, `A ${KEPT}`);
    for (const word of FORGOTTEN) expect(await hitsOf(leaving, word), word).toHaveLength(1);
    expect(await hitsOf(staying, KEPT)).not.toEqual([]);
    await parley.kill('SIGTERM');
    expect(await standing()).toEqual([...FORGOTTEN, KEPT]);

    const forgotten = await operateHere(folder, env, 'forget', 'person', tenant);
    expect(forgotten).toMatchObject({ code: 0, err: '' });
    expect(await standing()).toEqual([KEPT]);
    expect(await written()).not.toContain('unindexed|');
  });
});
