/** The same question again: answered from the store where a session chose that, for nothing, and never to another one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answers,
  fails,
  type ModelServer,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import { openStore } from '../../../src/store/open.ts';
import { booked } from '../../harness/money/booked.ts';
import { costing, priced } from '../../harness/money/costing.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';

let model: ModelServer;
let parley: Parley;

beforeEach(async () => {
  model = await startModelServer();
  parley = await startParley({
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-operator',
    STOP_SECONDS: '0.2',
  });
});
afterEach(async () => {
  await parley.app.stop();
  await model.stop();
});

async function caching(hours: string | null = '24'): Promise<Browser> {
  const browser = parley.browser();
  await browser.newConversation();
  await chooses(browser, { cachedHours: hours });
  return browser;
}

async function chooses(browser: Browser, change: object) {
  const saved = await browser.fetch('/api/settings', { method: 'PATCH', json: change });
  expect(saved.status).toBe(200);
}

/** Asks in a conversation of its own. */
async function asks(browser: Browser, text: string) {
  const conversation = await browser.newConversation();
  const { id } = await browser.send(conversation, text);
  const { text: answer, end, notice } = await browser.follow(conversation, id);
  const path = `/api/conversations/${conversation}/turns/${id}`;
  return { conversation, id, path, answer, end, notice };
}

/** Changes the time of all answers that may be given again. */
async function makeOlder(folder: string, ms: number) {
  const store = await openStore(`sqlite://${folder}/parley.sqlite`);
  const keys = await store.keys('response|');
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    const row = await store.read<{ at: number }>(key);
    await store.write([{ key, value: { ...row, at: (row?.at ?? 0) - ms } }]);
  }
  await store.close();
}

const requests = () => model.requests.length;

describe('the same question again', () => {
  it('makes no request, and its answer says since when it is known', async () => {
    const browser = await caching();
    model.respond(answers('Forty-two.'), answers('Something else.'));
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'Forty-two.', notice: null });
    const again = await asks(browser, 'What is it?');
    expect(again).toMatchObject({ answer: 'Forty-two.', end: 'stop' });
    expect(again.notice).toMatch(/^Answered before, on \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)\./);
    expect(requests()).toBe(1);
    const [turn] = await browser.turns(again.conversation);
    expect(turn).toMatchObject({ answer: 'Forty-two.', notice: again.notice });
  });

  it('costs nothing, so it is in no book', async () => {
    const browser = await caching();
    model.respond(answers('Forty-two.'));
    await asks(browser, 'What is it?');
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'Forty-two.', end: 'stop' });
    await parley.app.stop();
    expect(await booked(parley.folder, 'answer')).toEqual([expect.objectContaining({ requests: 1 })]);
    parley = await startParley({}, parley.folder);
  });

  it('is asked anew where nobody chose otherwise, and as soon as anything of the request differs', async () => {
    const plain = await caching(null);
    await asks(plain, 'What is it?');
    await asks(plain, 'What is it?');
    expect(requests()).toBe(2);
    const browser = await caching();
    await asks(browser, 'What is it?');
    await asks(browser, 'What is it? ');
    await asks(browser, 'what is it?');
    for (const change of [{ persona: 'A pirate.' }, { temperature: '0.5' }, { model: 'test-model' }]) {
      await chooses(browser, change);
      await asks(browser, 'What is it?');
    }
    expect(requests()).toBe(8);
  });

  it('is never answered with what another session was told', async () => {
    const [one, other] = [await caching(), await caching()];
    model.respond(answers('For one.'), answers('For the other.'));
    await asks(one, 'Secret?');
    expect(await asks(other, 'Secret?')).toMatchObject({ answer: 'For the other.', notice: null });
    model.respond(fails(401));
    expect((await asks(other, 'Secret again?')).answer).toBe('');
    expect(requests()).toBe(3);
  });

  it('is asked anew by Regenerate, whose answer takes the place of the old one', async () => {
    const browser = await caching();
    model.respond(answers('Old.'), answers('New.'), answers('Never.'));
    const first = await asks(browser, 'What is it?');
    await browser.fetch(`${first.path}/retry`, { method: 'POST', json: {} });
    expect((await browser.follow(first.conversation, first.id)).text).toBe('New.');
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'New.' });
    expect(requests()).toBe(2);
  });

  it('is forgotten with the question: a deleted message, a conversation, a session', async () => {
    const browser = await caching();
    model.respond(answers('Old.'), answers('New.'), answers('Newest.'));
    const first = await asks(browser, 'What is it?');
    await browser.fetch(first.path, { method: 'DELETE' });
    const second = await asks(browser, 'What is it?');
    expect(second).toMatchObject({ answer: 'New.', notice: null });
    await browser.fetch(`/api/conversations/${second.conversation}`, { method: 'DELETE' });
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'Newest.', notice: null });
    await browser.fetch('/api/session', { method: 'DELETE' });
    await parley.app.stop();
    const store = await openStore(`sqlite://${parley.folder}/parley.sqlite`);
    expect(await store.keys('response|')).toEqual([]);
    await store.close();
    parley = await startParley({}, parley.folder);
  });

  it('keeps no answer that broke off, was cut or failed', async () => {
    const browser = await caching();
    model.respond(fails(401, { code: 'invalid_api_key' }), answers('Whole.'));
    expect((await asks(browser, 'What is it?')).answer).toBe('');
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'Whole.', notice: null });
  });

  it('is asked anew once its hours are over; with the provider down the old answer serves, with its date', async () => {
    let browser = await caching('1');
    model.respond(answers('Old but good.'));
    await asks(browser, 'What is it?');
    await asks(browser, 'What else?');
    await parley.app.stop();
    await makeOlder(parley.folder, 2 * 3_600_000);
    const { url, port } = model;
    parley = await startParley({ OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sk-operator' }, parley.folder);
    browser = browser.at(parley.app.url);
    model.respond(answers('New.'));
    expect(await asks(browser, 'What is it?')).toMatchObject({ answer: 'New.', notice: null });
    await model.stop();
    const old = await asks(browser, 'What else?');
    expect(old).toMatchObject({ answer: 'Old but good.', end: 'stop' });
    expect(old.notice).toMatch(
      /^The model can’t be reached just now\. .* on \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)\.$/,
    );
    expect((await asks(browser, 'What now?')).answer).toBe('');
    model = await startModelServer(port);
  });

  it('is answered where a limit is reached, too; another question is refused in its answer, and costs nothing', async () => {
    await parley.app.stop();
    const { url } = model;
    const env = { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sk-operator', OPENAI_MODEL: 'test-model' };
    parley = await startParley({ ...env, ...(await priced()) }, parley.folder);
    const browser = await caching();
    model.respond(costing(0.6, 'Forty-two.'));
    const first = await asks(browser, 'What is it?');
    await chooses(browser, { dayLimit: '0.60' });
    const again = await asks(browser, 'What is it?');
    expect(again).toMatchObject({ answer: 'Forty-two.', end: 'stop' });
    expect(again.notice).toMatch(/^Answered before, on /);
    const other = await asks(browser, 'What else?');
    expect(other).toMatchObject({ answer: '', end: 'error' });
    expect(other.notice).toMatch(/^Your \$0\.60 for today is not enough for another answer: /);
    // Regenerate wants another answer than the one that is known.
    expect((await browser.fetch(`${first.path}/retry`, { method: 'POST', json: {} })).status).toBe(402);
    expect(requests()).toBe(1);
  });

  it('takes hours within bounds only', async () => {
    const browser = await caching();
    for (const hours of ['0', '-1', '169', '1.5', 'ten', 'NaN'])
      expect(
        (await browser.fetch('/api/settings', { method: 'PATCH', json: { cachedHours: hours } })).status,
      ).toBe(400);
  });
});
