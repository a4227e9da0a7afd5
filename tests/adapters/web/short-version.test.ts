/** TL;DR on the page: made for the session that has the answer, and kept with it. */
import { describe, expect, it } from 'vitest';
import {
  answers,
  done,
  fails,
  finish,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { booked } from '../../harness/money/booked.ts';
import { priceFile } from '../../harness/money/price-file.ts';
import { startParley } from '../../harness/web.ts';

/** Dollars per million tokens of each kind. */
const A_DOLLAR = { input: 1, output: 1 };
const LONG = 'A sentence of a long answer. '.repeat(200);

async function answered(env: Record<string, string> = {}) {
  const model = await startModelServer();
  const parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator', ...env });
  const browser = parley.browser();
  const conversation = await browser.newConversation();
  model.respond(answers(LONG));
  const turn = await browser.send(conversation, 'Tell me all.');
  await browser.follow(conversation, turn.id);
  const path = `/api/conversations/${conversation}/turns/${turn.id}/short`;
  const short = async (by = browser) => {
    const response = await by.fetch(path, { method: 'POST', json: {} });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= parley.app.stop());
  return {
    stop,
    model,
    parley,
    browser,
    conversation,
    turn,
    short,
    async [Symbol.asyncDispose]() {
      await stop();
      await model.stop();
    },
  };
}

describe.concurrent('the short version of an answer', () => {
  it('is made once, and goes when the answer is made again or deleted', async () => {
    await using page = await answered();
    const { model, browser, conversation, turn, short } = page;
    model.respond(answers('In short.'));
    expect(await short()).toEqual({ status: 200, body: { short: 'In short.' } });
    expect(await short()).toEqual({ status: 200, body: { short: 'In short.' } });
    expect(model.requests).toHaveLength(2);
    model.respond(answers(`${LONG}More.`), answers('Shorter.'));
    await browser.fetch(`/api/conversations/${conversation}/turns/${turn.id}/retry`, {
      method: 'POST',
      json: {},
    });
    await browser.follow(conversation, turn.id);
    expect((await short()).body).toEqual({ short: 'Shorter.' });
    await browser.fetch(`/api/conversations/${conversation}/turns/${turn.id}`, { method: 'DELETE' });
    expect((await short()).status).toBe(404);
  });

  it('is nothing of another session', async () => {
    await using page = await answered();
    const { model, parley, short } = page;
    model.respond(answers('In short.'));
    await short();
    expect((await short(parley.browser())).status).toBe(404);
    expect(model.requests).toHaveLength(2);
  });

  it('is booked as a call of its own, and refused before it costs anything once a limit is reached', async () => {
    await using page = await answered({
      PRICES: await priceFile({ 'gpt-6-luna': A_DOLLAR, 'test-model': A_DOLLAR }),
    });
    const { model, parley, browser, short, stop } = page;
    await browser.fetch('/api/settings', { method: 'PATCH', json: { dayLimit: '0' } });
    const refused = await short();
    expect(refused.status).toBe(402);
    expect(JSON.stringify(refused.body)).toContain('pays for no answer');
    expect(model.requests).toHaveLength(1);
    await browser.fetch('/api/settings', { method: 'PATCH', json: { dayLimit: null } });
    model.respond(
      streams(text('In short.'), finish('stop', { prompt_tokens: 900, completion_tokens: 9 }), done),
    );
    expect((await short()).body).toEqual({ short: 'In short.' });
    await short();
    await stop();
    expect(await booked(parley.folder, 'short')).toEqual([
      expect.objectContaining({ requests: 1, input: 900, output: 9, cost: 909_000 }),
    ]);
  });

  it('is refused with a sentence where the model fails, and where there were too many messages', async () => {
    await using page = await answered({ PERSON_PER_MINUTE: '2' });
    const { model, short } = page;
    model.respond(fails(401, { code: 'invalid_api_key' }));
    const failed = await short();
    expect(failed.status).toBe(422);
    expect(JSON.stringify(failed.body)).toContain('does not accept');
    expect(JSON.stringify(failed.body)).not.toContain('upstream-canary');
    expect((await short()).status).toBe(429);
    expect(model.requests).toHaveLength(2);
  });
});
