/** Whatever the timings and failures are: whole texts arrive, once, in order, within the limits. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chunk, ShownStep } from '../../../src/core/types.ts';
import { cut, LIMIT, plainDocument, show } from './answers.ts';
import { type Call, createPlatform, type Fault, sleep } from './fake-platform.ts';
import { FINAL, FINAL_OF_LONG } from './showing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const RUNS = { numRuns: 200 };

interface Script {
  startAt: number;
  pieces: { text: string; wait: number; step: ShownStep['state'] | 'progress' | undefined }[];
  notice: string | undefined;
  /** Messages of an earlier attempt. */
  existing: number;
}

const piece = fc.record({
  text: fc.oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b ', '. ', '\n') }),
    fc.integer({ min: 50, max: 350 }).map((length) => 'long '.repeat(length).slice(0, length)),
  ),
  wait: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
  step: fc.constantFrom(undefined, undefined, undefined, 'asked', 'running', 'done', 'failed', 'progress'),
});
const script: fc.Arbitrary<Script> = fc.record({
  startAt: fc.integer({ min: 0, max: 3_000 }),
  pieces: fc.array(piece, { maxLength: 40 }),
  notice: fc.option(fc.constant('Said by Parley.'), { nil: undefined }),
  existing: fc.constantFrom(0, 0, 0, 1, 3),
});
/** Numbers for whoever asks, over and over. */
const numbers = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 50 });

function supply(list: number[]): () => number {
  let at = 0;
  return () => list[at++ % list.length] ?? 0;
}

async function* play(script: Script): AsyncGenerator<Chunk> {
  await sleep(script.startAt);
  for (const [index, { text, wait, step }] of script.pieces.entries()) {
    if (step === 'progress') yield { type: 'progress', text };
    // Each step is named by two pieces, so that most of them end.
    else if (step) yield { type: 'step', step: stepOf(`s${index >> 1}`, step) };
    if (step && wait > 0) await sleep(wait);
    yield { type: 'text', text };
    if (wait > 0) await sleep(wait);
  }
  yield { type: 'end', end: 'stop', ...(script.notice !== undefined && { notice: script.notice }) };
}

const stepOf = (id: string, state: ShownStep['state']): ShownStep => ({
  id,
  tool: 'do',
  state,
  says: `Doing ${id}`,
});

function partsOf({ pieces }: Script): string[] {
  const text = pieces.map((piece) => piece.text).join('');
  const parts = text.trim() === '' ? [] : cut(text, LIMIT);
  while (parts.at(-1)?.trim() === '') parts.pop();
  return parts;
}

function wantedOf(one: Script): string[] {
  const { notice } = one;
  const parts = partsOf(one);
  if (notice === undefined) return parts;
  const marked = `-# ${notice}`;
  const last = parts.at(-1);
  if (last === undefined || last.length + 2 + marked.length > LIMIT) return [...parts, marked];
  return [...parts.slice(0, -1), `${last}\n\n${marked}`];
}

/** Parts in the middle must not be blank, which no document makes. */
const isUsual = (one: Script) => wantedOf(one).every((text) => text.trim() !== '');

async function run(
  scripts: Script[],
  options: {
    ways: number[];
    slow: number;
    faults?: number[];
    faulty?: Fault[];
    percent?: number;
    hasHeaders?: boolean;
  },
) {
  vi.clearAllTimers();
  const way = supply(options.ways);
  const chance = supply(options.faults ?? [99]);
  const faulty = options.faulty ?? [];
  let faults = 0;
  const platform = createPlatform({
    way: () => 1 + (way() / 99) * options.slow,
    fault({ kind }) {
      const fault = chance() < (options.percent ?? 0) ? faulty[faults++ % faulty.length] : undefined;
      // Only an existing message can be stuck.
      return fault === 'stuck' && kind !== 'edit' ? undefined : fault;
    },
    ...(options.hasHeaders !== undefined && { hasHeaders: options.hasHeaders }),
  });
  const showings = scripts.map((one, number) => {
    const answer = `a${number}`;
    const existing = platform.seed(answer, ...Array.from({ length: one.existing }, () => 'old'));
    return show(platform, play(one), {
      answer,
      existing,
      document: plainDocument(LIMIT),
      deadlineMs: 3_600_000,
    });
  });
  const done = Promise.all(showings.map((showing) => showing.done));
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  for (let step = 0; step < 3_600 && !isDone; step++) await vi.advanceTimersByTimeAsync(1_000);
  expect(isDone).toBe(true);
  const results = await done;

  expect(platform.breaches).toEqual([]);
  expect(platform.most()).toBeLessThanOrEqual(5);
  scripts.forEach((one, number) => {
    const messages = platform.of(`a${number}`);
    expect(results[number]?.shown).toBe('all');
    expect(messages.map(({ part }) => part.text)).toEqual(wantedOf(one));
    expect(messages.flatMap(({ part }) => part.activity ?? [])).toEqual([]);
    expect(results[number]?.ids).toEqual(messages.map(({ id }) => id));
    expect(messages.slice(0, -1).flatMap(({ part }) => part.buttons)).toEqual([]);
    const buttons = partsOf(one).length > 1 ? FINAL_OF_LONG : FINAL;
    if (messages.length > 0) expect(messages.at(-1)?.part.buttons).toEqual(buttons);
    const posted = platform.calls.filter(({ kind, answer }) => kind === 'post' && answer === `a${number}`);
    if (!faulty.includes('stuck')) expect(isRising(posted)).toBe(true);
  });
  // Nothing keeps the process, or calls later.
  expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  const { length } = platform.calls;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(platform.calls).toHaveLength(length);
  expect(vi.getTimerCount()).toBe(0);
  return platform;
}

function isRising(posted: Call[]): boolean {
  return posted.every(({ index = 0 }, at) => at === 0 || index >= (posted[at - 1]?.index ?? 0));
}

const usual = script.filter(isUsual);

it('without failures no call is refused for its rate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(usual, { minLength: 1, maxLength: 8 }),
      numbers,
      // Headers tell of windows that calls outlast; one's own counting cannot.
      fc.constantFrom(
        ...[3, 100, 900, 4_000].map((slow) => ({ slow, hasHeaders: true })),
        ...[3, 100, 900].map((slow) => ({ slow, hasHeaders: false })),
      ),
      async (scripts, ways, { slow, hasHeaders }) => {
        const platform = await run(scripts, { ways, slow, hasHeaders });
        expect(platform.refusals).toBe(0);
      },
    ),
    RUNS,
  );
});

it('with failures of every kind that passes, whole texts arrive once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(usual, { minLength: 1, maxLength: 6 }),
      numbers,
      fc.constantFrom(3, 100, 900),
      numbers,
      fc.uniqueArray(fc.constantFrom<Fault>('fails', 'lost', 'limited'), { minLength: 1 }),
      fc.constantFrom(5, 20, 40),
      async (scripts, ways, slow, faults, faulty, percent) => {
        // Some attempt must succeed.
        fc.pre(faults.some((number) => number >= percent));
        await run(scripts, { ways, slow, faults, faulty, percent });
      },
    ),
    RUNS,
  );
});

it('with messages that can be changed no more, whole texts arrive once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(usual, { minLength: 1, maxLength: 4 }),
      numbers,
      fc.constantFrom(3, 100, 900),
      numbers,
      fc.constantFrom<Fault[]>(
        ['stuck'],
        ['stuck', 'fails'],
        ['stuck', 'limited', 'forbidden'],
        ['stuck', 'lost'],
      ),
      fc.constantFrom(5, 15),
      async (scripts, ways, slow, faults, faulty, percent) => {
        fc.pre(faults.filter((number) => number >= percent).length > faults.length / 2);
        await run(scripts, { ways, slow, faults, faulty, percent });
      },
    ),
    RUNS,
  );
});
