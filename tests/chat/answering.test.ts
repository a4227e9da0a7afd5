/** Answers that are taken back, or whose end a platform refuses, at any moment. */

import Keyv from 'keyv';
import pino from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { type AnswerRecord, createRecords } from '../../src/chat/answer/answer-records.ts';
import { createAnswering } from '../../src/chat/answer/answering.ts';
import type { Surface } from '../../src/chat/answer/surface.ts';
import { plainDialect } from '../../src/chat/markdown/dialect.ts';
import { createPacer } from '../../src/chat/pacing/pacing.ts';
import { createTroubles } from '../../src/core/reports/troubles.ts';
import type { StoredTurn } from '../../src/core/storage.ts';
import { RESTART } from '../../src/core/turn/queue.ts';
import type { Chunk } from '../../src/core/types.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';
import { attemptOf, messageOf, turnOf } from '../fixtures.ts';
import { soon } from '../settled.ts';
import { createPlatform, sleep } from './show/fake-platform.ts';

afterEach(() => void vi.useRealTimers());

const log = pino({ level: 'silent' });
const SAID = 'Said.';
const FINAL = ['regenerate', 'delete'];

async function* said(text = SAID): AsyncGenerator<Chunk> {
  yield { type: 'text', text };
  yield { type: 'end', end: 'stop' };
}

const adapterState = () => createAdapterState(createKeyvStore(new Keyv()), 'chat');

/** Answers on a surface. The history keeps one answer and reports what was removed from it. */
function answeringOn(surface: Surface) {
  const records = createRecords(adapterState());
  const takenOut: string[] = [];
  const kept: StoredTurn = { ...turnOf('t', { answer: SAID, end: 'stop' }), seq: 1, offset: 0 };
  const refuse = () => {
    throw new Error('not for this test');
  };
  const answering = createAnswering({
    surfaceOf: () => surface,
    dialect: plainDialect,
    limit: 100,
    notice: (text) => `-# ${text}`,
    platform: 'Somewhere',
    troubles: createTroubles(log),
    records,
    settings: {
      read: async () => ({ keys: {} }),
      change: refuse,
      key: refuse,
      setKey: refuse,
      removeKey: refuse,
      forget: refuse,
    },
    transcripts: {
      find: async (_, id) => (id === 't' && !takenOut.includes(id) ? kept : undefined),
      read: refuse,
      firstSeq: refuse,
      fork: refuse,
      branches: refuse,
      append: refuse,
      appendAll: refuse,
      changeMaterial: refuse,
      rate: refuse,
      shorten: refuse,
      remove: refuse,
      forget: refuse,
      beginAfresh: refuse,
      list: refuse,
      oldest: refuse,
      dropBefore: refuse,
      sweep: refuse,
    },
    queue: {
      cancel: async () => true,
      live: async () => [],
      busyWithin: refuse,
      accept: refuse,
      retry: refuse,
      restart: refuse,
      run: refuse,
      recover: refuse,
      stop: refuse,
    },
    forgetting: {
      message: async (_, id) => void takenOut.push(id),
      conversation: refuse,
      saidBy: refuse,
      place: refuse,
      tenant: refuse,
    },
    shutdown: new AbortController().signal,
    log,
  });
  return { answering, records, takenOut };
}

/** A surface whose calls take no time; `made` is called with each. */
function quickSurface(made: (call: string) => void): Surface & { standing: Set<string> } {
  const standing = new Set<string>();
  const pacer = createPacer();
  return {
    standing,
    async post() {
      standing.add('m');
      made('post');
      return 'm';
    },
    edit: async () => made('edit'),
    async remove(id) {
      standing.delete(id);
      made('remove');
    },
    setButtons: async () => true,
    indicate: () => () => {},
    bucket: () => pacer.bucket('all', { limit: 100, windowMs: 100 }),
  };
}

const ATTEMPT = attemptOf(async () => {});
const message = messageOf('t');
const BEGUN: AnswerRecord = { conversation: message.conversation, asker: 'ada', ids: ['m'], round: 1 };

/** Takes the question back `steps` steps after its answer was posted. */
async function takenBackAfter(steps: number, withMessages: boolean) {
  let withdrawn: Promise<boolean> | undefined;
  const surface = quickSurface((call) => {
    if (call === 'post') withdrawn = withdraw();
  });
  const { answering, takenOut } = answeringOn(surface);
  async function withdraw() {
    for (let step = 0; step < steps; step++) await undefined;
    return answering.withdraw('t', BEGUN, withMessages);
  }
  await answering.show(message, said(), ATTEMPT);
  await withdrawn;
  return { takenOut, standing: [...surface.standing] };
}

it('a question taken back at any moment around the end of its answer is forgotten', async () => {
  for (let steps = 0; steps < 80; steps++) {
    const { takenOut } = await takenBackAfter(steps, false);
    expect(takenOut, `after ${steps} steps`).toContain('t');
  }
});

it('an answer deleted at any moment around its end is gone', async () => {
  for (let steps = 0; steps < 80; steps++)
    expect((await takenBackAfter(steps, true)).standing, `after ${steps} steps`).toEqual([]);
});

it('an answer that is deleted while its question is taken back is gone', async () => {
  const surface = quickSurface(() => {});
  const { answering, records } = answeringOn(surface);
  let isOver = false;
  const showing = answering.show(message, halfSaid(), ATTEMPT).then(() => {
    isOver = true;
  });
  async function* halfSaid(): AsyncGenerator<Chunk> {
    yield { type: 'text', text: 'Half of it, as a sentence. ' };
    await soon(async () => expect((await records.read('t'))?.ids).toEqual(['m']));
    await answering.withdraw('t', BEGUN, true);
    await answering.withdraw('t', BEGUN, false);
    yield { type: 'end', end: 'stopped' };
  }
  await showing;
  expect(isOver).toBe(true);
  expect([...surface.standing]).toEqual([]);
});

it('a question that is edited and then taken back is not answered again', async () => {
  const surface = quickSurface(() => {});
  const { answering, takenOut } = answeringOn(surface);
  const controller = new AbortController();
  async function* edited(): AsyncGenerator<Chunk> {
    yield { type: 'text', text: 'Half of it, as a sentence. ' };
    controller.abort(RESTART);
    await answering.withdraw('t', BEGUN, false);
    yield { type: 'end', end: 'interrupted' };
  }
  await answering.show(message, edited(), { ...ATTEMPT, signal: controller.signal });
  expect(takenOut).toEqual(['t']);
});

it('a deletion is not taken for one of the answer before its first word is known to be there', async () => {
  const posted = Promise.withResolvers<void>();
  const surface = quickSurface(() => posted.resolve());
  const { answering } = answeringOn(surface);
  let taken: Promise<boolean> | undefined;
  async function* chunks(): AsyncGenerator<Chunk> {
    yield { type: 'text', text: 'Half of it, as a sentence. ' };
    await posted.promise;
    await sleep(0);
    // The caller's record is older than the post.
    taken = answering.withdraw('t', { ...BEGUN, ids: [] }, false);
    yield { type: 'end', end: 'stopped' };
  }
  await answering.show(message, chunks(), ATTEMPT);
  await taken;
  expect([...surface.standing]).toEqual(['m']);
});

it('an answer whose end the platform refused for long gets its buttons once the platform takes them', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  let isDown = false;
  const platform = createPlatform({ fault: () => (isDown ? 'fails' : undefined) });
  const { answering } = answeringOn(platform.surface('a'));
  const showing = answering.show(message, slowly(), ATTEMPT);
  async function* slowly(): AsyncGenerator<Chunk> {
    yield { type: 'text', text: SAID };
    await sleep(3_000);
    isDown = true;
    yield { type: 'end', end: 'stop' };
  }
  await passes(11 * 60_000);
  await showing;
  const [before] = platform.of('a');
  expect(before?.part.buttons).toEqual(['stop']);
  await passes(60 * 60_000);
  isDown = false;
  await passes(80 * 60_000);
  expect(platform.of('a').map(({ part }) => part)).toEqual([
    expect.objectContaining({ text: SAID, buttons: FINAL }),
  ]);
  const calls = platform.calls.length;
  await passes(6 * 60 * 60_000);
  expect(platform.calls).toHaveLength(calls);
});
it('an answer whose rest the platform does not take for its text ends with what was shown of it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const platform = createPlatform({
    fault: ({ part }) => (part?.text.includes('unspeakable') ? 'fails' : undefined),
  });
  const { answering } = answeringOn(platform.surface('a'));
  async function* chunks(): AsyncGenerator<Chunk> {
    yield { type: 'text', text: 'Half of it. ' };
    await sleep(3_000);
    yield { type: 'text', text: 'What is unspeakable.' };
    yield { type: 'end', end: 'stop' };
  }
  const showing = answering.show(message, chunks(), ATTEMPT);
  await passes(11 * 60_000);
  await showing;
  const [shown] = platform.of('a');
  expect(shown?.part.text).toMatch(/^Half of it\.\n\n-# The rest/);
  expect(shown?.part.buttons).toEqual(['regenerate', 'continue', 'delete']);
});

async function passes(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

it('an answer that was shown once more can be deleted', async () => {
  const surface = quickSurface(() => {});
  const { answering, records, takenOut } = answeringOn(surface);
  await answering.show(message, said(), ATTEMPT);
  await answering.showKept({ ...turnOf('t', { answer: SAID, end: 'stop' }), seq: 1, offset: 0 });
  const record = await records.read('t');
  if (!record) throw new Error('no record');
  expect(await answering.withdraw('t', record, true)).toBe(true);
  expect([...surface.standing]).toEqual([]);
  expect(takenOut).toEqual(['t']);
});
