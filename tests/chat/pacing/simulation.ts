/** Answers that share one channel as a reader sees them, in virtual time. */
import { vi } from 'vitest';
import { saying, show, textOf } from '../show/answers.ts';
import { createPlatform, type Platform } from '../show/fake-platform.ts';

export interface Simulation {
  answers: number;
  characters: number;
  /** Per second and answer. */
  rate: number;
  roundTripMs: number;
  limit?: number;
  platform?: Platform;
}

export interface Figures {
  /** From the model's first chunk to the first text, seconds; the worst of all answers. */
  first: number;
  /** Characters that are there but not shown, over the time the model writes; the mean of all answers. */
  stale: number;
  /** From the model's end to the whole text, seconds. */
  wholeMean: number;
  wholeMost: number;
  refusals: number;
}

export async function simulate(simulation: Simulation): Promise<Figures> {
  const { answers, characters, rate, roundTripMs, limit = 2_000 } = simulation;
  const platform = simulation.platform ?? createPlatform({ way: () => roundTripMs / 2 });
  const text = textOf(characters);
  const begin = performance.now();
  const size = 4;
  const everyMs = (size / rate) * 1_000;
  const pieces = Math.ceil(characters / size);
  const endsAt = begin + (pieces - 1) * everyMs;
  const produced = (time: number) =>
    Math.min(characters, size * (Math.floor((Math.min(time, endsAt) - begin) / everyMs + 1e-9) + 1));

  const readers = Array.from({ length: answers }, (_, number) => ({
    answer: `a${number}`,
    shown: 0,
    at: begin,
    area: 0,
    firstAt: Number.NaN,
    wholeAt: Number.NaN,
  }));
  function look(reader: (typeof readers)[number], now: number): void {
    const until = Math.min(now, endsAt);
    // Exact enough: what is produced grows evenly.
    if (until > reader.at) {
      const mean = (produced(reader.at) + produced(until)) / 2 - reader.shown;
      reader.area += mean * (until - reader.at);
      reader.at = until;
    }
    const shown = platform.of(reader.answer).map(({ part }) => part.text);
    reader.shown = shown.join('').length;
    if (reader.shown > 0 && Number.isNaN(reader.firstAt)) reader.firstAt = now;
    if (shown.join('') === text && Number.isNaN(reader.wholeAt)) reader.wholeAt = now;
  }
  platform.watch(() => {
    for (const reader of readers) look(reader, performance.now());
  });

  const showings = readers.map(({ answer }) =>
    show(platform, saying(text, { size, everyMs }), { answer, limit }),
  );
  const done = Promise.all(showings.map((showing) => showing.done));
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  for (let step = 0; step < 10_000 && !isDone; step++) await vi.advanceTimersByTimeAsync(100);
  await done;
  for (const reader of readers) look(reader, performance.now());

  const seconds = (ms: number[]) => ms.map((value) => value / 1_000);
  const whole = seconds(readers.map(({ wholeAt }) => wholeAt - endsAt));
  return {
    first: Math.max(...seconds(readers.map(({ firstAt }) => firstAt - begin))),
    stale: mean(readers.map(({ area }) => area / (endsAt - begin))),
    wholeMean: mean(whole),
    wholeMost: Math.max(...whole),
    refusals: platform.refusals,
  };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
