import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  after,
  answers,
  comment,
  done,
  fails,
  finish,
  hangs,
  stall,
  startModelServer,
  streams,
  text,
  thinking,
} from '../../lab/counterparts/model-server.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import { APIS, ask, gate, modelAt, requestOf } from './ask.ts';

/** The network runs as ever; only the deadlines wait until the test says that time has passed. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe.each(APIS)('%s: a provider that keeps one waiting', (api) => {
  it('without a first byte is late', async () => {
    await using server = await startModelServer();
    server.respond(hangs);
    const asked = ask(modelAt(server.url, api, { firstChunkMs: 5_000 }));
    await server.received(1);
    vi.advanceTimersByTime(5_000);
    expect((await asked).chunks).toEqual([{ type: 'end', end: 'error', failure: { kind: 'late' } }]);
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(server.requests).toHaveLength(1);
  });

  it('with headers and comments but no chunk is late', async () => {
    await using server = await startModelServer();
    const sent = gate();
    server.respond(streams(comment, comment, () => sent.open(), stall));
    const asked = ask(modelAt(server.url, api, { firstChunkMs: 5_000 }));
    await sent.opened;
    vi.advanceTimersByTime(5_000);
    expect((await asked).end).toEqual({ type: 'end', end: 'error', failure: { kind: 'late' } });
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('in the middle of the answer has stalled', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), stall));
    const answer = await ask(modelAt(server.url, api, { stallMs: 1_000 }), {
      onChunk: () => vi.advanceTimersByTime(1_000),
    });
    expect(answer.text).toBe('Half');
    expect(answer.end).toEqual({ type: 'end', end: 'interrupted', failure: { kind: 'stalled' } });
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(server.requests).toHaveLength(1);
  });

  it('in the middle of its thoughts has stalled, without an answer', async () => {
    await using server = await startModelServer();
    server.respond(streams(thinking('hmm'), stall));
    const answer = await ask(modelAt(server.url, api, { stallMs: 1_000 }), {
      onChunk: () => vi.advanceTimersByTime(1_000),
    });
    expect(answer.end).toEqual({ type: 'end', end: 'error', failure: { kind: 'stalled' } });
  });

  it('has the stall deadline for each chunk, not for the answer', async () => {
    await using server = await startModelServer();
    const gates = Array.from({ length: 6 }, gate);
    server.respond(
      streams(...gates.flatMap(({ opened }, index) => [text(`${index}`), after(opened)]), finish(), done),
    );
    let read = 0;
    const answer = await ask(modelAt(server.url, api, { firstChunkMs: 2_000, stallMs: 1_000 }), {
      onChunk() {
        vi.advanceTimersByTime(900);
        gates[read++]?.open();
      },
    });
    expect(answer).toMatchObject({ text: '012345', end: { end: 'stop' } });
  });

  it('has no more than the stall deadline after a late chunk', async () => {
    await using server = await startModelServer();
    const first = gate();
    server.respond(streams(text('1'), after(first.opened), text('2'), stall));
    let read = 0;
    const answer = await ask(modelAt(server.url, api, { stallMs: 1_000 }), {
      onChunk() {
        vi.advanceTimersByTime(read++ === 0 ? 900 : 1_000);
        first.open();
      },
    });
    expect(answer).toMatchObject({ text: '12', end: { end: 'interrupted', failure: { kind: 'stalled' } } });
  });

  it('is said to have failed, not to be late, where the time went by on asking again', async () => {
    await using server = await startModelServer();
    server.respond(fails(503, {}, { 'retry-after': '15' }));
    const answer = await ask(modelAt(server.url, api, { firstChunkMs: 5_000 }), {
      onChunk: (chunk) => chunk.type === 'status' && vi.advanceTimersByTime(5_000),
    });
    expect(answer.end).toEqual({
      type: 'end',
      end: 'error',
      failure: { kind: 'server', status: 503, retryAfterMs: 15_000 },
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Behaviour, string]>([
    ['an answer', answers('Hello.'), 'stop'],
    ['an answer that breaks off', streams(text('Half')), 'interrupted'],
    ['a failure', fails(401), 'error'],
    ['no answer, and a stop', hangs, 'stopped'],
  ])('leaves no timer behind after %s', async (_, behaviour, end) => {
    await using server = await startModelServer();
    server.respond(behaviour);
    const timers = watchTimers();
    const person = new AbortController();
    const asked = ask(modelAt(server.url, api, { firstChunkMs: 7_777_001, stallMs: 7_777_002 }), {
      signal: person.signal,
    });
    await server.received(1);
    if (end === 'stopped') person.abort();
    expect((await asked).end.end).toBe(end);
    expect(timers.started(7_777_001)).toBe(1);
    expect(timers.left(7_777_001, 7_777_002)).toBe(0);
  });

  it('leaves no timer behind when the reader goes away', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), stall));
    const timers = watchTimers();
    const model = modelAt(server.url, api, { firstChunkMs: 7_777_003, stallMs: 7_777_004 });
    for await (const _ of model.stream(requestOf('?'), UNMETERED, new AbortController().signal)) break;
    expect(timers.started(7_777_003)).toBe(1);
    expect(timers.left(7_777_003, 7_777_004)).toBe(0);
  });
});

it('the deadlines hold with the true clock as well', async () => {
  vi.useRealTimers();
  await using server = await startModelServer();
  server.respond(hangs);
  const late = await ask(modelAt(server.url, 'chat', { firstChunkMs: 200 }));
  expect(late.end.failure).toEqual({ kind: 'late' });
  server.respond(streams(text('Half'), stall));
  const stalled = await ask(modelAt(server.url, 'chat', { stallMs: 200 }));
  expect(stalled).toMatchObject({ text: 'Half', end: { failure: { kind: 'stalled' } } });
});

/** The timers that were set from now on, told from anyone else's by how long they are. */
function watchTimers() {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const ofLength = (lengths: number[]) =>
    set.mock.results.filter((_, index) => lengths.includes(Number(set.mock.calls[index]?.[1])));
  return {
    started: (...lengths: number[]) => ofLength(lengths).length,
    left: (...lengths: number[]) =>
      ofLength(lengths).filter(({ value }) => !cleared.mock.calls.some(([timer]) => timer === value)).length,
  };
}
