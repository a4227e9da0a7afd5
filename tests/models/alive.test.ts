/** Parley waits for a server that shows signs of life. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  after,
  answersWhole,
  chatChunk,
  comment,
  done,
  event,
  fails,
  finish,
  line,
  stall,
  startModelServer,
  streams,
  text,
  thinking,
} from '../../lab/counterparts/model-server.ts';
import { APIS, ask, gate, modelAt } from './ask.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const SIGNS: [string, Api, Behaviour][] = [
  ['a comment', 'chat', comment],
  ['a comment', 'responses', comment],
  ['an empty line', 'chat', line('')],
  ['an empty chunk', 'chat', event(chatChunk({ role: 'assistant', content: '' }))],
  ['a chunk without choices', 'chat', event({ choices: [] })],
  [
    'reasoning that is kept back',
    'chat',
    event(chatChunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] })),
  ],
  [
    'the progress of llama.cpp',
    'chat',
    event({ ...chatChunk({ content: null }), prompt_progress: { total: 9, processed: 3 } }),
  ],
  ['a tool call', 'chat', event(chatChunk({ tool_calls: [{ index: 0 }] }))],
  ['a ping', 'responses', line('event: ping\ndata: 12:00')],
  ['that it is queued', 'responses', event({ type: 'response.queued', response: { status: 'queued' } })],
  ['that it is in progress', 'responses', event({ type: 'response.in_progress', response: {} })],
  [
    'an item of reasoning',
    'responses',
    event({ type: 'response.output_item.added', item: { type: 'reasoning' } }),
  ],
];

describe.each(SIGNS)('%s (%s)', (_, api, sign) => {
  it('keeps a turn from the deadline of its first text, and says so now and again', async () => {
    await using server = await startModelServer();
    // Four minutes with a sign of life every four seconds; the limit without one is 5 s.
    const times = Array.from({ length: 60 }, gate);
    server.respond(
      streams(...times.flatMap(({ opened }) => [sign, after(opened)]), text('Hello.'), finish(), done),
    );
    const asked = ask(modelAt(server.url, api, { firstChunkMs: 5_000, stallMs: 5_000 }));
    await server.received(1);
    for (const { open } of times) {
      await untilRead();
      vi.advanceTimersByTime(4_000);
      open();
    }
    const answer = await asked;
    expect(answer).toMatchObject({ text: 'Hello.', end: { end: 'stop' } });
    // 240 s, with at most one status in ten seconds.
    expect(answer.statuses.length).toBeGreaterThan(10);
    expect(answer.statuses.length).toBeLessThanOrEqual(24);
  });
});

describe.each(APIS)('%s', (api) => {
  it('signs of life between texts keep a turn from its stall deadline', async () => {
    await using server = await startModelServer();
    const times = Array.from({ length: 10 }, gate);
    server.respond(
      streams(
        text('One'),
        ...times.flatMap(({ opened }) => [comment, after(opened)]),
        text(', two'),
        finish(),
        done,
      ),
    );
    const asked = ask(modelAt(server.url, api, { stallMs: 5_000 }));
    for (const { open } of times) {
      await untilRead();
      vi.advanceTimersByTime(4_000);
      open();
    }
    expect(await asked).toMatchObject({ text: 'One, two', end: { end: 'stop' } });
  });

  it('an answer in one piece, which gives no sign of life, has ten minutes', async () => {
    await using server = await startModelServer();
    const done = gate();
    const whole: Behaviour = async (exchange) => {
      await after(done.opened)(exchange);
      await answersWhole('At last.')(exchange);
    };
    server.respond(fails(400, { param: 'stream', code: 'unsupported_value' }), whole);
    const asked = ask(modelAt(server.url, api, { firstChunkMs: 5_000 }));
    await server.received(2);
    await untilRead();
    for (let minute = 0; minute < 9; minute++) vi.advanceTimersByTime(60_000);
    done.open();
    expect(await asked).toMatchObject({ text: 'At last.', end: { end: 'stop' } });
  });

  it('signs of life alone are not waited for longer than half an hour', async () => {
    await using server = await startModelServer();
    const times = Array.from({ length: 32 }, gate);
    server.respond(streams(...times.flatMap(({ opened }) => [comment, after(opened)]), stall));
    const asked = ask(modelAt(server.url, api));
    void asked.then(() => times.forEach(({ open }) => void open()));
    for (const { open } of times) {
      await untilRead();
      for (let minute = 0; minute < 4; minute++) vi.advanceTimersByTime(15_000);
      open();
    }
    expect((await asked).end).toMatchObject({ end: 'error', failure: { kind: 'late' } });
  });

  it('a model that thinks on and on without a pause ends at half an hour too', async () => {
    await using server = await startModelServer();
    const times = Array.from({ length: 32 }, gate);
    server.respond(streams(...times.flatMap(({ opened }) => [thinking('hm '), after(opened)]), stall));
    const asked = ask(modelAt(server.url, api, { stallMs: 61_000 }));
    for (const { open } of times) {
      await untilRead();
      vi.advanceTimersByTime(60_000);
      open();
    }
    const answer = await asked;
    expect(answer.end).toMatchObject({ end: 'error', failure: { kind: 'stalled' } });
    expect(answer.thought).toContain('hm hm hm');
  });
});

it('responses: hidden reasoning, of which nothing comes, has ten minutes', async () => {
  await using server = await startModelServer();
  const done = gate();
  const reasoning = event({ type: 'response.output_item.added', item: { type: 'reasoning' } });
  server.respond(streams(reasoning, after(done.opened), text('At last.'), finish()));
  const asked = ask(modelAt(server.url, 'responses', { firstChunkMs: 5_000, stallMs: 5_000 }));
  await server.received(1);
  await untilRead();
  for (let minute = 0; minute < 9; minute++) vi.advanceTimersByTime(60_000);
  done.open();
  expect(await asked).toMatchObject({ text: 'At last.', end: { end: 'stop' } });
});

/** Waits until everything that the server sent is read. */
async function untilRead(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}
