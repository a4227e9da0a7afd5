/** The books hold at least what a provider bills, however an answer ends and whatever the provider obeys. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  event,
  fails,
  finish,
  type ModelServer,
  reset,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { priced } from '../harness/money/costing.ts';
import { startParley } from '../harness/web.ts';
import { operateHere } from './operated.ts';

/** The operator's figures after some questions at the page, one after another. */
async function booksAfter(questions: number, model: ModelServer, more: Record<string, string> = {}) {
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'test-model', ...(await priced()), ...more };
  const parley = await startParley(env);
  const browser = parley.browser();
  const answers: string[] = [];
  for (let i = 0; i < questions; i++) {
    const conversation = await browser.newConversation();
    const turn = await browser.send(conversation, 'hello');
    answers.push((await browser.follow(conversation, turn.id)).text);
  }
  await parley.app.stop();
  const { out } = await operateHere(parley.folder, env, 'usage', '--csv');
  const [head = '', ...lines] = out.trim().split('\n');
  const sum = (column: string) =>
    lines.reduce((all, line) => all + Number(line.split(',')[head.split(',').indexOf(column)]), 0);
  return { answers, requests: sum('requests'), output: sum('output'), dollars: sum('cost_usd') };
}

const words = (count: number) => 'word '.repeat(count);
const tells = (tokens: number) =>
  finish('stop', {
    ...{ prompt_tokens: 1, completion_tokens: tokens },
    ...{ input_tokens: 1, output_tokens: tokens },
  });

describe('a provider bills', () => {
  it.each<[string, Behaviour]>([
    ['with a status in the stream', event({ error: { code: 502, message: 'Provider disconnected' } })],
    ['with a rate limit in the stream', event({ error: { code: 429, message: 'Rate limit exceeded' } })],
    ['in words', event({ error: { message: 'internal error' } })],
    ['by breaking', reset],
  ])('what was written before an answer fails %s', async (_, failure) => {
    await using model = await startModelServer();
    model.respond(streams(text(words(400)), failure));
    const books = await booksAfter(1, model);
    expect(books.requests).toBe(1);
    expect(books.output).toBeGreaterThanOrEqual(400);
  });

  it('each request that it may have read before the connection broke', async () => {
    await using model = await startModelServer();
    model.respond(reset, reset, streams(text('Hi.'), tells(2)));
    const books = await booksAfter(1, model);
    expect(books).toMatchObject({ answers: ['Hi.'], requests: 3 });
  });

  it('nothing for requests that it refuses', async () => {
    await using model = await startModelServer();
    const AT_ONCE = { 'retry-after-ms': '1' };
    model.respond(fails(429, {}, AT_ONCE), fails(500, {}, AT_ONCE), streams(text('Hi.'), tells(2)));
    const books = await booksAfter(1, model);
    expect(books).toMatchObject({ answers: ['Hi.'], requests: 1, output: 2 });
  });

  it('nothing for requests that it refuses within a stream', async () => {
    await using model = await startModelServer();
    const refuses = (code: string) =>
      streams(event({ type: 'response.failed', response: { error: { code, message: code } } }));
    model.respond(refuses('rate_limit_exceeded'), streams(text('Hi.'), tells(2)));
    const books = await booksAfter(1, model, { OPENAI_API: 'responses' });
    expect(books).toMatchObject({ answers: ['Hi.'], requests: 1, output: 2 });
  });

  it('what a cap allows, and is not cut off for the token that ends an answer', async () => {
    await using model = await startModelServer();
    model.respond(streams(text(words(450)), tells(501)));
    const { answers } = await booksAfter(2, model, { SPEND_DAY: '4', MODEL_MOST_OUTPUT: '500' });
    expect(answers.map((answer) => answer.trim())).toEqual([words(450).trim(), words(450).trim()]);
  });

  it('little beyond a cap that it takes and does not obey', async () => {
    await using model = await startModelServer();
    const WRITTEN = 10_000;
    model.respond(streams(...Array.from({ length: 100 }, () => text(words(WRITTEN / 100))), tells(WRITTEN)));
    const books = await booksAfter(2, model, { SPEND_DAY: '4', MODEL_MOST_OUTPUT: '500' });
    const [first = '', second = ''] = books.answers.map((answer) => answer.split(' ').length);
    expect(first).toBeLessThanOrEqual(4 * 500);
    // From then on, Parley cuts its answers itself.
    expect(second).toBeLessThanOrEqual(600);
    expect(model.requests.map(({ body }) => body.max_tokens)).toEqual([500, 500]);
  });
});
