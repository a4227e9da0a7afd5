/** A server that is still loading its model is waited for. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  CANARY,
  replies,
  repliesJson,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { APIS, ask, modelAt } from './ask.ts';

const says = (status: number, message: string, more: Record<string, unknown> = {}): Behaviour =>
  repliesJson(status, { error: { message: `${message} ${CANARY}`, ...more } });

describe.each(APIS)('%s: a model that is being loaded', (api) => {
  afterEach(() => void vi.useRealTimers());
  const loading = says(503, 'Loading model', { type: 'unavailable_error' });

  it('is waited for', async () => {
    await using server = await startModelServer();
    const soon = repliesJson(503, { error: 'Model x is currently loading', estimated_time: 0.01 });
    server.respond(soon, soon, soon, soon, answers('Loaded.'));
    expect(await ask(modelAt(server.url, api))).toMatchObject({
      text: 'Loaded.',
      statuses: ['retrying', 'retrying', 'retrying', 'retrying'],
    });
  });

  it('may be known only by a 503 that says when to come back', async () => {
    await using server = await startModelServer();
    const later = repliesJson(503, {}, { 'retry-after-ms': '500' });
    server.respond(later, later, later, later, answers('Loaded.'));
    expect((await ask(modelAt(server.url, api))).text).toBe('Loaded.');
  });

  it('may be known only by a 503 without a word', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await using server = await startModelServer();
    const away = replies(503, 'text/plain', '');
    server.respond(away, away, away, away, away, answers('Loaded.'));
    const answer = ask(modelAt(server.url, api, { firstChunkMs: 30_000 }), {
      onChunk: () => void setImmediate(() => vi.advanceTimersByTime(5_000)),
    });
    expect((await answer).text).toBe('Loaded.');
  });

  it('is waited for until the deadline of its first sign of life, and said to be one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await using server = await startModelServer();
    server.respond(loading);
    const answer = ask(modelAt(server.url, api, { firstChunkMs: 30_000 }), {
      onChunk: () => vi.advanceTimersByTime(30_000),
    });
    expect((await answer).end).toMatchObject({ end: 'error', failure: { kind: 'loading', status: 503 } });
  });
});
