/** The small line under an answer at the page. */
import { expect, it } from 'vitest';
import { startModelServer } from '../../../lab/counterparts/model-server.ts';
import { openStore } from '../../../src/store/open.ts';
import { answersPriced, FOOTER, priced } from '../../harness/money/priced.ts';
import { startParley } from '../../harness/web.ts';

it('is in the answer’s end as it is read live, and in each answer of the list while it is wanted', async () => {
  await using model = await startModelServer();
  await using parley = await startParley({
    ...(await priced()),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
  });
  const browser = parley.browser();
  const conversation = await browser.newConversation();
  const chooses = (footer: string) => browser.fetch('/api/settings', { method: 'PATCH', json: { footer } });
  const footers = async () => (await browser.turns(conversation)).map(({ footer }) => footer);
  const asks = async (question: string) => {
    model.respond(answersPriced('Counted.'));
    return browser.follow(conversation, (await browser.send(conversation, question)).id);
  };
  expect((await asks('first')).footer).toBeUndefined();
  await chooses('cost');
  const { text, footer } = await asks('second');
  const plain = FOOTER.replaceAll('`', '');
  expect([text, footer]).toEqual(['Counted.', plain]);
  expect(await footers()).toEqual([plain, plain]);
  await chooses('off');
  expect(await footers()).toEqual([undefined, undefined]);
});

it('tells the tokens of an answer from before there were books, and no cost that nobody knows', async () => {
  await using model = await startModelServer();
  const env = { ...(await priced()), OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'test-model' };
  const before = await startParley(env);
  const browser = before.browser();
  const conversation = await browser.newConversation();
  await browser.fetch('/api/settings', { method: 'PATCH', json: { footer: 'cost', dayLimit: '5' } });
  model.respond(answersPriced('Counted.'));
  await browser.follow(conversation, (await browser.send(conversation, 'first')).id);
  await before.app.stop();
  await forgetBookings(before.folder);
  await using parley = await startParley(env, before.folder);
  const after = browser.at(parley.app.url);
  const [turn] = await after.turns(conversation);
  expect(turn?.footer).toBe('test-model · 1,000 tokens in · 800 cached · 100 out · no price known');
  const page = JSON.stringify(await (await after.fetch('/api/usage')).json());
  expect(page).toMatch(/Nothing was used in /);
  expect(page).toContain('$5.00 of $5.00');
});

/** Leaves a store as a version without books had it. */
async function forgetBookings(folder: string) {
  const store = await openStore(`sqlite://${folder}/parley.sqlite`);
  for (const prefix of ['used|', 'account|']) {
    const money = await store.keys(prefix);
    expect(money).not.toEqual([]);
    await store.remove(money);
  }
  const turns = await store.keys('t|');
  expect(turns).toHaveLength(1);
  for (const key of turns) {
    const { bookings, ...turn } = (await store.read<{ bookings?: unknown }>(key)) ?? {};
    expect(bookings).toBeDefined();
    await store.write([{ key, value: turn }]);
  }
  await store.close();
}
