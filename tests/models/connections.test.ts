import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  chatChunk,
  comment,
  done,
  event,
  finish,
  line,
  pause,
  reset,
  stall,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { settled } from '../settled.ts';
import { APIS, ask, modelAt } from './ask.ts';

/** As in the deadlines' tests: no time passes but where a test says so. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}
afterEach(() => void vi.useRealTimers());

/** Wait after an end that stands alone, and after one beside text (chat.ts), ms. */
const REST_MS = 2_000;
const REST_BESIDE_MS = 15_000;

describe.each(APIS)('%s: the connection of a turn', (api) => {
  it('is used by the next, though the response ends later than the answer', async () => {
    await using server = await startModelServer();
    const connections = new Set<unknown>();
    server.respond((exchange) => {
      connections.add(exchange.response.socket);
      return streams(text('One'), text(', two.'), finish(), done, pause(1))(exchange);
    });
    const model = modelAt(server.url, api);
    for (let turn = 0; turn < 5; turn++) {
      expect(await ask(model)).toMatchObject({ text: 'One, two.', end: { end: 'stop' } });
      expect(await server.requests.at(-1)?.closed).toBe('whole');
      // The client reads that it has ended.
      await settled(30);
    }
    expect(connections.size).toBe(1);
  });

  it('is given up where the server does not end the response, and the answer does not wait for that', async () => {
    stopTime();
    await using server = await startModelServer();
    server.respond(streams(text('All.'), finish(), done, stall));
    expect(await ask(modelAt(server.url, api))).toMatchObject({ text: 'All.', end: { end: 'stop' } });
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(REST_MS);
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('is given up at once where more and more follows the answer', async () => {
    stopTime();
    await using server = await startModelServer();
    server.respond(streams(text('All.'), finish(), done, line(`: ${'x'.repeat(200_000)}`), stall));
    expect((await ask(modelAt(server.url, api))).end.end).toBe('stop');
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may break behind the answer', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('All.'), finish(), done, pause(5), reset));
    expect(await ask(modelAt(server.url, api))).toMatchObject({ text: 'All.', end: { end: 'stop' } });
    expect(await server.requests[0]?.closed).toBe('gone');
    // A failure that nobody takes would be told by now.
    await settled(20);
  });

  it.each<[string, Behaviour]>([
    ['an error', event({ error: { code: 'insufficient_quota' } })],
    ['a line that is not JSON', line('data: {"')],
  ])('is given up at %s', async (_, behaviour) => {
    stopTime();
    await using server = await startModelServer();
    server.respond(streams(text('Half'), behaviour, stall));
    expect((await ask(modelAt(server.url, api))).end.end).toBe('interrupted');
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('chat: a whole answer whose usage may still come', () => {
  it('ends without it after a while', async () => {
    stopTime();
    await using server = await startModelServer();
    server.respond(streams(event(chatChunk({ content: 'All.' }, 'stop')), stall));
    const answer = await ask(modelAt(server.url, 'chat'), {
      onChunk: (chunk) => chunk.type === 'text' && vi.advanceTimersByTime(REST_BESIDE_MS),
    });
    expect(answer).toMatchObject({ text: 'All.', end: { type: 'end', end: 'stop' } });
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('ends without it after a while also where each chunk has an end, comments or not', async () => {
    stopTime();
    await using server = await startModelServer();
    const chunk = event(chatChunk({ content: 'All. ' }, 'stop'));
    server.respond(streams(chunk, chunk, comment, stall));
    const asked = ask(modelAt(server.url, 'chat'));
    await server.received(1);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(REST_BESIDE_MS);
    expect(await asked).toMatchObject({ text: 'All. All. ', end: { type: 'end', end: 'stop' } });
  });

  it('ends at once by a stop', async () => {
    stopTime();
    await using server = await startModelServer();
    server.respond(streams(event(chatChunk({ content: 'All.' }, 'stop')), stall));
    const person = new AbortController();
    const answer = await ask(modelAt(server.url, 'chat'), {
      signal: person.signal,
      onChunk: () => person.abort(),
    });
    expect(answer).toMatchObject({ text: 'All.', end: { type: 'end', end: 'stop' } });
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(vi.getTimerCount()).toBe(0);
  });
});
