/**
 * Measures an answer without a call of a tool in two checkouts of Parley, such as the one before tools and this one. Both
 * run at once and take turns, so that other load on the machine affects both; each pair of rounds gives one ratio.
 */
import { join, resolve } from 'node:path';
import { type Browser, openAgent, openBrowser } from '../browsers.ts';
import { median } from '../median.ts';
import { checkAnswers, type Question } from '../models/answers.ts';
import type { Usage } from '../subjects/meter.ts';
import { type Subject, startSubject } from '../subjects/subject.ts';

export interface ToolsCost {
  before: Sample;
  now: Sample;
  /** Medians of the ratios of the pairs, this checkout to the other, with their quartiles. */
  ratios: { chunk: Spread; firstText: Spread };
  pairs: number;
}

interface Sample {
  /** CPU time for each chunk, microseconds; the median. */
  chunkMicros: number;
  /** Time from the question to its first text on the page, ms; the median. */
  firstTextMs: number;
}

interface Spread {
  median: number;
  quartiles: [number, number];
}

/** On a busy machine, fewer pairs differ by a tenth from run to run. */
const PAIRS = 60;
const WARM_UPS = 4;
const STREAMS: Omit<Question, 'seed'> & { count: number } = { count: 24, chunks: 400, everyMs: 2.5 };
/** Questions one after the other, for the time to the first text. */
const FIRST_TEXTS = 12;

/** @param otherFolder the other checkout, with its packages installed */
export async function measureTools(folder: string, otherFolder: string): Promise<ToolsCost> {
  const model = await startSubject<{ url: string }>(
    '../models/model-server.ts',
    [],
    join(folder, 'model.log'),
  );
  const parleys = [
    await open(join(resolve(otherFolder), 'lab/bench/subjects/parley.ts'), 'before', model.ready.url, folder),
    await open('parley.ts', 'now', model.ready.url, folder),
  ];
  const rounds: Sample[][] = parleys.map(() => []);
  try {
    for (let round = 0; round < WARM_UPS + PAIRS; round++) {
      // The order changes, so that neither has the better place.
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      for (const index of order) {
        const parley = parleys[index];
        const sample = parley && (await parley.round(round));
        if (sample && round >= WARM_UPS) rounds[index]?.push(sample);
      }
    }
  } finally {
    for (const { stop } of parleys) await stop();
    await model.stop();
  }
  const [before = [], now = []] = rounds;
  const ratios = (of: (sample: Sample) => number) =>
    spread(now.map((one, at) => of(one) / of(before[at] ?? one)));
  return {
    before: middle(before),
    now: middle(now),
    ratios: {
      chunk: ratios(({ chunkMicros }) => chunkMicros),
      firstText: ratios(({ firstTextMs }) => firstTextMs),
    },
    pairs: PAIRS,
  };
}

async function open(file: string, name: string, baseUrl: string, folder: string) {
  const store = join(folder, `${name}-${crypto.randomUUID()}.sqlite`);
  const subject: Subject & { ready: { url: string } } = await startSubject(
    file,
    [baseUrl, store],
    join(folder, `${name}.log`),
  );
  const agent = openAgent();
  const browsers = await Promise.all(
    Array.from({ length: STREAMS.count }, () => openBrowser(subject.ready.url, agent)),
  );
  return {
    async round(seed: number): Promise<Sample> {
      // Each round has the same past: none.
      for (const browser of browsers) await browser.begin();
      const firstTextMs = await firstText(browsers[0], seed);
      const questions = browsers.map((_, index) => ({ ...STREAMS, seed: seed * 1_000 + index }));
      await subject.ask({ do: 'start' });
      const texts = await Promise.all(
        browsers.map((browser, index) => browser.ask(questions[index] ?? { ...STREAMS, seed })),
      );
      const { cpuMicros } = await subject.ask<Usage>({ do: 'read' });
      checkAnswers(name, questions, texts);
      return { chunkMicros: cpuMicros / (STREAMS.count * STREAMS.chunks), firstTextMs };
    },
    async stop() {
      agent.destroy();
      await subject.stop();
    },
  };
}

async function firstText(browser: Browser | undefined, seed: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < FIRST_TEXTS; index++) {
    const startedAt = performance.now();
    let ms = Number.NaN;
    await browser?.ask({ seed: seed + index, chunks: 2, everyMs: 1 }, undefined, () => {
      ms = performance.now() - startedAt;
    });
    times.push(ms);
  }
  return median(times);
}

const middle = (samples: Sample[]): Sample => ({
  chunkMicros: median(samples.map(({ chunkMicros }) => chunkMicros)),
  firstTextMs: median(samples.map(({ firstTextMs }) => firstTextMs)),
});

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { median: median(values), quartiles: [at(0.25), at(0.75)] };
}
