/** The same model against a counterpart that other people wrote, where it can make the shape. */
import { LLMock } from '@copilotkit/aimock';
import { describe, expect, it } from 'vitest';
import { CANARY } from '../../lab/counterparts/model-server.ts';
import type { OpenAIModelOptions } from '../../src/core/models/openai.ts';
import { type Answer, APIS, ask, KEY, modelAt, requestOf } from './ask.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(20).trim();

async function startAimock(): Promise<{ mock: LLMock; url: string } & AsyncDisposable> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', auth: { apiKeys: [KEY] } });
  await mock.start();
  return { mock, url: `${mock.url}/v1`, [Symbol.asyncDispose]: () => mock.stop() };
}

describe.each(APIS)('%s, by aimock', (api) => {
  function askAt(url: string, options: Partial<OpenAIModelOptions> = {}): Promise<Answer> {
    return ask(modelAt(url, api, options), { request: requestOf('hello') });
  }

  it('an answer streams in chunks', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: LONG }, { chunkSize: 16 });
    const answer = await askAt(aimock.url);
    expect(answer.text).toBe(LONG);
    expect(answer.end.end).toBe('stop');
    expect(answer.chunks.length).toBeGreaterThan(20);
  });

  it('reasoning is a thought, not text', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: 'Hi.', reasoning: 'plotting' });
    const answer = await askAt(aimock.url);
    expect(answer).toMatchObject({ text: 'Hi.', thought: 'plotting' });
    expect(answer.statuses).toContain('thinking');
  });

  it('a key it does not know', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: 'Hi.' });
    const provider = { baseUrl: aimock.url, key: 'sk-wrong' };
    expect((await askAt(aimock.url, { provider })).end).toMatchObject({
      end: 'error',
      failure: { kind: 'key', status: 401 },
    });
  });

  it('a model it does not know', async () => {
    await using aimock = await startAimock();
    const error = { message: CANARY, type: 'invalid_request_error', code: 'model_not_found' };
    aimock.mock.on({ model: 'test-model' }, { error, status: 404 });
    const answer = await askAt(aimock.url);
    expect(answer.end).toEqual({ type: 'end', end: 'error', failure: { kind: 'not-found', status: 404 } });
    expect(aimock.mock.getRequests()).toHaveLength(1);
  });

  it('too many requests twice, then an answer', async () => {
    await using aimock = await startAimock();
    const error = { message: CANARY, type: 'requests', code: 'rate_limit_exceeded' };
    for (const sequenceIndex of [0, 1]) {
      aimock.mock.on({ userMessage: 'hello', sequenceIndex }, { error, status: 429, retryAfter: 0 });
    }
    aimock.mock.onMessage('hello', { content: 'Now.' });
    expect(await askAt(aimock.url)).toMatchObject({ text: 'Now.', end: { end: 'stop' } });
    expect(aimock.mock.getRequests().map(({ response }) => response.status)).toEqual([429, 429, 200]);
  });

  it('no credit is not asked about again', async () => {
    await using aimock = await startAimock();
    const error = { message: CANARY, type: 'insufficient_quota', code: 'insufficient_quota' };
    aimock.mock.onMessage('hello', { error, status: 429, retryAfter: 0 });
    const { end } = await askAt(aimock.url);
    expect(end).toMatchObject({ end: 'error', failure: { kind: 'quota', status: 429 } });
    expect(aimock.mock.getRequests()).toHaveLength(1);
  });

  it('overloaded once, then an answer', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: 'Now.' });
    aimock.mock.nextRequestError(503, { message: CANARY, type: 'server_error' });
    const answer = await askAt(aimock.url);
    expect(answer).toMatchObject({ text: 'Now.', end: { end: 'stop' } });
    expect(answer.statuses[0]).toBe('retrying');
  });

  it('an answer truncated after some chunks is interrupted', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: LONG }, { chunkSize: 16, latency: 20, truncateAfterChunks: 9 });
    const answer = await askAt(aimock.url);
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'cut' } });
    expect(LONG.startsWith(answer.text)).toBe(true);
    expect(answer.text.length).toBeLessThan(LONG.length);
  });

  it('a slow beginning is late', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: 'Hi.' }, { latency: 10_000 });
    const answer = await askAt(aimock.url, { firstChunkMs: 200 });
    expect(answer.end.failure).toEqual({ kind: 'late' });
  });
});

it('responses, by aimock: usage is read where it is sent', async () => {
  await using aimock = await startAimock();
  aimock.mock.onMessage('hello', { content: 'Hi.', usage: { input_tokens: 12, output_tokens: 34 } });
  const answer = await ask(modelAt(aimock.url, 'responses'), { request: requestOf('hello') });
  expect(answer.end.usage).toEqual({ input: 12, cached: 0, output: 34, reasoning: 0 });
});

// aimock ends such a Responses stream by `response.completed`, OpenAI by `response.incomplete`: see reading.test.ts.
it('chat, by aimock: an answer that reached its longest says so', async () => {
  await using aimock = await startAimock();
  aimock.mock.onMessage('hello', { content: 'On and on', finishReason: 'length' });
  const answer = await ask(modelAt(aimock.url, 'chat'), { request: requestOf('hello') });
  expect(answer).toMatchObject({ text: 'On and on', end: { end: 'length' } });
});
