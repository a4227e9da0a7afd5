/** The list of conversations over the API: its pages, pinned and archived ones, many deleted at once. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import type { ConversationList } from '../../../src/adapters/web/api/lists.ts';
import { openStore } from '../../../src/store/open.ts';
import { createConversationLists } from '../../../src/store/tables/conversation-lists.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';

let model: ModelServer;
let parley: Parley;

beforeEach(async () => {
  model = await startModelServer();
  parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
});
afterEach(async () => {
  await parley.app.stop();
  await model.stop();
});

const read = async (browser: Browser, query = '') =>
  (await (await browser.fetch(`/api/conversations${query}`)).json()) as ConversationList;
const change = (browser: Browser, id: string, json: object) =>
  browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json });
const remove = (browser: Browser, ids: string[]) =>
  browser.fetch('/api/conversations/deletions', { method: 'POST', json: { ids } });

it('puts pinned conversations first, and archived ones apart until they go on', async () => {
  const browser = parley.browser();
  const [old, pinned, archived] = [
    await browser.newConversation(),
    await browser.newConversation(),
    await browser.newConversation(),
  ];
  await change(browser, pinned, { pinned: true });
  await change(browser, archived, { pinned: true });
  expect(await (await change(browser, archived, { archived: true })).json()).toMatchObject({
    pinned: false,
    archived: true,
  });
  const { conversations } = await browser.state();
  expect(conversations.map(({ id }) => id)).toEqual([pinned, old]);
  expect((await read(browser, '?archived=true')).conversations.map(({ id }) => id)).toEqual([archived]);
  await browser.send(archived, 'once more');
  expect((await browser.state()).conversations.map(({ id }) => id)).toEqual([pinned, archived, old]);
});

it('is read whole, a page at a time, and each conversation once', async () => {
  const browser = parley.browser();
  await browser.newConversation();
  await parley.app.stop();
  const store = await openStore(`sqlite://${join(parley.folder, 'parley.sqlite')}`);
  const lists = createConversationLists(store);
  const [tenant = ''] = await lists.tenants();
  const expected: string[] = [];
  for (let at = 1; at <= 450; at++) {
    const id = randomUUID();
    await lists.add(tenant, { id, title: `Number ${at}`, at });
    expected.unshift(id);
  }
  await store.close();
  parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' }, parley.folder);
  const again = browser.at(parley.app.url);
  const { conversations, moreConversations } = await again.state();
  const ids = conversations.map(({ id }) => id);
  for (let more = moreConversations; more !== null; ) {
    const page = await read(again, `?before=${more}`);
    ids.push(...page.conversations.map(({ id }) => id));
    more = page.more;
  }
  expect(ids.slice(1)).toEqual(expected);
  expect((await again.fetch('/api/conversations?before=%7C')).status).toBe(400);
});

it('deletes many at once, and nothing of another person', async () => {
  const [mine, theirs] = [parley.browser(), parley.browser()];
  const [one, two, kept] = [
    await mine.newConversation(),
    await mine.newConversation(),
    await mine.newConversation(),
  ];
  const other = await theirs.newConversation();
  expect((await remove(mine, [one, two, other])).status).toBe(204);
  expect((await mine.state()).conversations.map(({ id }) => id)).toEqual([kept]);
  expect((await theirs.state()).conversations.map(({ id }) => id)).toEqual([other]);
  expect((await change(mine, other, { pinned: true })).status).toBe(404);
  expect((await remove(mine, [])).status).toBe(400);
});
