/** Limits of money at the page: a session's own, and the operator's. */
import { describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { costing, priced } from '../../harness/money/costing.ts';
import { priceFile } from '../../harness/money/price-file.ts';
import { type Browser, startParley } from '../../harness/web.ts';

const start = async (model: ModelServer, env: Record<string, string> = {}) =>
  startParley({
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
    ...(await priced()),
    ...env,
  });

const change = (browser: Browser, json: unknown) => browser.fetch('/api/settings', { method: 'PATCH', json });

/** Posts a message; the status, and the code and sentence of a refusal. */
async function posts(browser: Browser, conversation: string, id: string, text = 'hello') {
  const path = `/api/conversations/${conversation}/messages`;
  const json = { id, text, attachments: [], begins: true };
  const response = await browser.fetch(path, { method: 'POST', json });
  const { error } = (await response.json()) as { error?: { code: string; message: string } };
  return [response.status, error?.code, error?.message];
}

describe('limits at the page', () => {
  it('are a session’s own, refuse the next message and another try, and can be raised there', async () => {
    await using model = await startModelServer();
    await using parley = await start(model);
    const browser = parley.browser();
    expect((await change(browser, { dayLimit: '0.60', timeZone: 'europe/berlin' })).status).toBe(200);
    model.respond(costing(0.6, 'One.'), costing(0.1, 'Two.'));
    const id = await browser.newConversation();
    const first = crypto.randomUUID();
    expect((await posts(browser, id, first))[0]).toBe(202);
    expect(await browser.follow(id, first)).toMatchObject({ text: 'One.' });
    const SAYS =
      'Your $0.60 for today is not enough for another answer: ask again tomorrow at 00:00 (Europe/Berlin), or sooner if you raise it in the settings.';
    const second = crypto.randomUUID();
    expect(await posts(browser, id, second)).toEqual([402, 'limit', SAYS]);
    const retry = await browser.fetch(`/api/conversations/${id}/turns/${first}/retry`, { method: 'POST' });
    expect(retry.status).toBe(402);
    // One that was taken already can be sent again.
    expect((await posts(browser, id, first))[0]).toBe(200);
    expect(await browser.turns(id)).toHaveLength(1);
    await change(browser, { dayLimit: null });
    expect((await posts(browser, id, second))[0]).toBe(202);
    expect(await browser.follow(id, second)).toMatchObject({ text: 'Two.' });
  });

  it('are no other session’s', async () => {
    await using model = await startModelServer();
    await using parley = await start(model);
    const [one, other] = [parley.browser(), parley.browser()];
    await change(one, { monthLimit: '0' });
    const refused = await posts(one, await one.newConversation(), crypto.randomUUID());
    expect(refused.slice(0, 2)).toEqual([402, 'limit']);
    model.respond(costing(0.6, 'One.'));
    const id = await other.newConversation();
    expect((await posts(other, id, crypto.randomUUID()))[0]).toBe(202);
  });

  it('refuse a question that alone costs too much to read, before it is one', async () => {
    await using model = await startModelServer();
    // A cent for a thousand tokens read: 500 written ones cost fifty cents.
    const PRICES = await priceFile({ 'test-model': { input: 10, output: 1_000 } });
    await using parley = await start(model, { PRICES });
    const browser = parley.browser();
    await change(browser, { dayLimit: '0.60' });
    const id = await browser.newConversation();
    const long = await posts(browser, id, crypto.randomUUID(), 'a long word '.repeat(5_000));
    expect(long.slice(0, 2)).toEqual([402, 'limit']);
    model.respond(costing(0.1, 'One.'));
    expect((await posts(browser, id, crypto.randomUUID()))[0]).toBe(202);
  });

  it('take no wrong values', async () => {
    await using model = await startModelServer();
    await using parley = await start(model);
    const browser = parley.browser();
    for (const wrong of [{ dayLimit: '-1' }, { monthLimit: 'much' }, { timeZone: 'Mars/Olympus' }])
      expect((await change(browser, wrong)).status).toBe(400);
  });
});
