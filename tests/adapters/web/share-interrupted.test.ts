/** A link that is being made while its process dies, or while what it copies is deleted. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../../lab/counterparts/postgres.ts';
import type { SharedPage, ShareLink } from '../../../src/adapters/web/api/share.ts';
import { openStore } from '../../../src/store/open.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';
import { startDying } from './dying.ts';
import { importTurns } from './import/import-turns.ts';

const MASTER_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const MOST_WRITES = 15;
const TURNS = 120;

let postgres: TestPostgres;
let storeUrl: string;
let parley: Parley;
const start = (url: string) => startParley({ STORE_URL: url, MASTER_KEYS, STOP_SECONDS: '0' });

beforeAll(async () => {
  postgres = await startPostgres();
  storeUrl = await postgres.database();
  parley = await start(storeUrl);
});
afterAll(async () => {
  await parley?.app.stop();
  await postgres?.[Symbol.asyncDispose]();
});

const share = (browser: Browser, id: string) =>
  browser.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
const remove = async (browser: Browser, path: string) =>
  expect((await browser.fetch(`/api/${path}`, { method: 'DELETE' })).status).toBe(204);

/** The transcripts that are kept of links. */
async function snapshots(): Promise<string[]> {
  const store = await openStore(storeUrl);
  const heads = await store.keys('head|web:');
  await store.close();
  return heads.filter((key) => key.includes(':share-'));
}

async function textsOf({ id }: ShareLink): Promise<string[]> {
  const texts: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const response = await fetch(`${parley.app.url}/share/${id}/turns?from=${from}`);
    const page = (await response.json()) as SharedPage;
    texts.push(...page.turns.map(({ text }) => text));
    from = page.next;
  }
  return texts;
}

describe('a link that is being made', () => {
  it('leaves nothing behind where its process dies at any write, once its conversation is deleted', async () => {
    for (let write = 1, died = true; died; write++) {
      expect(write).toBeLessThan(MOST_WRITES);
      const browser = parley.browser();
      await browser.state();
      const id = await importTurns(browser, 3);
      const dying = await startDying(storeUrl, start);
      const there = browser.at(dying.url);
      await there.state();
      dying.diesAt(write);
      await share(there, id).catch(() => {});
      died = await dying.end();
      await remove(browser, `conversations/${id}`);
      expect(await snapshots(), `dead at write ${write}`).toEqual([]);
    }
  });

  it('has no turn that is deleted meanwhile', async () => {
    const browser = parley.browser();
    await browser.state();
    const id = await importTurns(browser, TURNS);
    const first = await browser.get<{ turns: { id: string; text: string }[] }>(
      `/api/conversations/${id}?before=50`,
    );
    for (const { id: turn, text } of first.turns.slice(0, 4)) {
      const sharing = share(browser, id);
      await turnOfTheLoop();
      await remove(browser, `conversations/${id}/turns/${turn}`);
      const link = (await (await sharing).json()) as ShareLink;
      const texts = await textsOf(link);
      expect(texts.length).toBeGreaterThan(TURNS - 10);
      expect(texts).not.toContain(text);
    }
  });

  it('is gone with its conversation, if that is deleted meanwhile', async () => {
    const browser = parley.browser();
    await browser.state();
    const id = await importTurns(browser, TURNS);
    const others = await snapshots();
    const sharing = share(browser, id);
    await turnOfTheLoop();
    await remove(browser, `conversations/${id}`);
    const made = await sharing;
    const link = made.status === 201 ? ((await made.json()) as ShareLink) : undefined;
    if (link) expect((await fetch(`${parley.app.url}/share/${link.id}/turns`)).status).toBe(404);
    expect(await snapshots()).toEqual(others);
  });
});
