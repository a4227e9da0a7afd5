/** Two processes on one Postgres: one dies at each write of an edit or another answer, and both edit one message at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../../lab/counterparts/postgres.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { startDying } from '../dying.ts';
import { ended, loud, post, read, say, type Talk, textsOf } from './talk.ts';

const MASTER_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
/** More writes than a request makes. */
const MOST_WRITES = 15;

let model: ModelServer;
let postgres: TestPostgres;
let storeUrl: string;
let parley: Parley;

const start = (url: string) =>
  startParley({
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-operator',
    STORE_URL: url,
    MASTER_KEYS,
    STOP_SECONDS: '0',
  });

beforeAll(async () => {
  model = await startModelServer();
  model.respond(loud);
  postgres = await startPostgres();
  storeUrl = await postgres.database();
  parley = await start(storeUrl);
});
afterAll(async () => {
  await parley?.app.stop();
  await postgres?.[Symbol.asyncDispose]();
  await model?.stop();
});

async function talked(browser: Browser): Promise<{ talk: Talk; first: string; second: string }> {
  const talk = { browser, id: await browser.newConversation() };
  const first = await say(talk, 'one');
  return { talk, first, second: await say(talk, 'two') };
}

/** Asks a process that dies before one of its writes; then, as the page does, the other one. False: it did not die. */
async function askDying(
  talk: Talk,
  { path, body = {}, method = 'POST' }: { path: string; body?: object; method?: string },
  write: number,
): Promise<boolean> {
  const dying = await startDying(storeUrl, start);
  const there = { ...talk, browser: talk.browser.at(dying.url) };
  await there.browser.state();
  dying.diesAt(write);
  const response = await post(there, path, body, method).catch(() => undefined);
  const isDead = await dying.end();
  expect(response?.ok === true || isDead).toBe(true);
  expect((await post(talk, path, body, method)).ok).toBe(true);
  return isDead;
}

describe('a process that dies at any write', () => {
  it.concurrent.each([
    { what: 'an edit', path: 'edit', body: { text: 'zwei' }, said: 'zwei' },
    { what: 'another answer', path: 'regenerate', body: {}, said: 'two' },
  ])('over $what leaves one branch, with one message and one answer', async ({ path, body, said }) => {
    const browser = parley.browser();
    const begun: { talk: Talk; id: string }[] = [];
    for (let write = 1, died = true; died; write++) {
      expect(write).toBeLessThan(MOST_WRITES);
      const { talk, second } = await talked(browser);
      const id = randomUUID();
      const wanted = { path: `/turns/${second}/${path}`, body: { id, ...body } };
      died = await askDying(talk, wanted, write);
      begun.push({ talk, id });
    }
    expect(begun.length).toBeGreaterThan(3);
    for (const { talk, id } of begun) {
      await ended(talk, id, id);
      const { conversation, turns } = await read(talk);
      expect(conversation.shown).toBe(id);
      expect(turns.map(({ text }) => text)).toEqual(['one', said]);
      expect(turns.at(-1)).toMatchObject({
        id,
        answer: said.toUpperCase(),
        end: 'stop',
        versions: { of: [talk.id, id] },
      });
      expect(await textsOf(talk, talk.id)).toEqual(['one', 'two']);
    }
  });

  it.concurrent('over a deletion leaves neither the message nor the title that repeats it', async () => {
    const browser = parley.browser();
    for (let write = 1, died = true; died; write++) {
      expect(write).toBeLessThan(MOST_WRITES);
      const { talk, first } = await talked(browser);
      expect((await read(talk)).conversation.title).toBe('one');
      died = await askDying(talk, { path: `/turns/${first}`, method: 'DELETE' }, write);
      expect(await textsOf(talk)).toEqual(['two']);
      expect((await read(talk)).conversation.title, `${write}`).toBe('two');
    }
  });
});

describe('two processes', () => {
  it('that edit one message at once make two branches, and neither has anything of the other', async () => {
    await using other = await start(storeUrl);
    const { talk, second } = await talked(parley.browser());
    const there = { ...talk, browser: talk.browser.at(other.app.url) };
    const wanted = Array.from({ length: 6 }, (_, i) => ({ id: randomUUID(), text: `version ${i}` }));
    const path = `/turns/${second}/edit?branch=${talk.id}`;
    const responses = await Promise.all(
      wanted.flatMap((body, i) => {
        const [near, far] = i % 2 === 0 ? [talk, there] : [there, talk];
        // Each is asked for at both, as when a connection was cut.
        return [post(near, path, body), post(far, path, body)];
      }),
    );
    expect(responses.map(({ ok }) => ok)).toEqual(responses.map(() => true));
    for (const { id, text } of wanted) {
      await ended(talk, id, id);
      expect(await textsOf(there, id)).toEqual(['one', text]);
      expect((await read(talk, id)).turns.at(-1)).toMatchObject({
        id,
        answer: text.toUpperCase(),
        end: 'stop',
      });
    }
    const [, turn] = (await read(talk, talk.id)).turns;
    expect(turn?.versions?.of.toSorted()).toEqual([talk.id, ...wanted.map(({ id }) => id)].toSorted());
  });
});
