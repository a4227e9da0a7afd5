/** Measures the cost of a streamed chunk in Parley beside the bare loop: CPU time and memory of the process. */
import { join } from 'node:path';
import { openAgent, openBrowser } from '../browsers.ts';
import { median } from '../median.ts';
import { checkAnswers, type Question } from '../models/answers.ts';
import type { Usage } from '../subjects/meter.ts';
import { type Subject, startSubject } from '../subjects/subject.ts';

export interface Scenario {
  name: string;
  streams: number;
  chunks: number;
  everyMs: number;
}

export interface Cost {
  /** CPU time for each chunk, microseconds. */
  chunkMicros: number;
  peakBytes: number;
  /** Duration of the streams, as a multiple of the duration by their pace. Far above 1, the machine was busy. */
  slowness: number;
}

export interface StreamCost {
  scenario: Scenario;
  bare: Cost;
  parley: Cost;
}

export const SCENARIOS: Scenario[] = [
  { name: '200 streams, 40 chunks/s each, 1,000 characters', streams: 200, chunks: 200, everyMs: 25 },
  { name: '24 streams, 400 chunks/s each, 30,000 characters', streams: 24, chunks: 6_000, everyMs: 2.5 },
];

const RUNS = 3;
/** A warm-up round, so that compiled code is measured, for turns too. */
const WARM_UP: Omit<Scenario, 'name'> = { streams: 200, chunks: 40, everyMs: 25 };
const WARM_UP_ROUNDS = 5;

/** Medians of runs in which the two alternate, each in its own process. */
export async function measureStreams(
  scenario: Scenario,
  baseUrl: string,
  folder: string,
): Promise<StreamCost> {
  const bare: Cost[] = [];
  const parley: Cost[] = [];
  for (let run = 0; run < RUNS; run++) {
    bare.push(await runBare(scenario, baseUrl, folder));
    parley.push(await runParley(scenario, baseUrl, folder));
  }
  return { scenario, bare: middle(bare), parley: middle(parley) };
}

async function runBare(scenario: Scenario, baseUrl: string, folder: string): Promise<Cost> {
  const subject = await startSubject('bare.ts', [baseUrl], join(folder, 'bare.log'));
  try {
    return await measure('The bare loop', subject, scenario, async (questions) => {
      const { texts } = await subject.ask<{ texts: string[] }>({ do: 'round', questions });
      return texts;
    });
  } finally {
    await subject.stop();
  }
}

async function runParley(scenario: Scenario, baseUrl: string, folder: string): Promise<Cost> {
  const store = join(folder, `${crypto.randomUUID()}.sqlite`);
  const subject = await startSubject<{ url: string }>(
    'parley.ts',
    [baseUrl, store],
    join(folder, 'parley.log'),
  );
  const agent = openAgent();
  try {
    const count = Math.max(WARM_UP.streams, scenario.streams);
    const opening = Array.from({ length: count }, () => openBrowser(subject.ready.url, agent));
    const browsers = await Promise.all(opening);
    return await measure('Parley', subject, scenario, (questions) =>
      Promise.all(questions.map((question, index) => browsers[index]?.ask(question) ?? '')),
    );
  } finally {
    agent.destroy();
    await subject.stop();
  }
}

/** @throws Error when an answer is not what the model server sent */
async function measure(
  name: string,
  subject: Subject,
  scenario: Scenario,
  ask: (questions: Question[]) => Promise<string[]>,
): Promise<Cost> {
  const { streams, chunks, everyMs } = scenario;
  const warmUp = questionsOf(WARM_UP);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) checkAnswers(name, warmUp, await ask(warmUp));
  const questions = questionsOf(scenario);
  await subject.ask({ do: 'start' });
  const startedAt = performance.now();
  const texts = await ask(questions);
  const tookMs = performance.now() - startedAt;
  const { cpuMicros, peakBytes } = await subject.ask<Usage>({ do: 'read' });
  checkAnswers(name, questions, texts);
  return { chunkMicros: cpuMicros / (streams * chunks), peakBytes, slowness: tookMs / (chunks * everyMs) };
}

function questionsOf({ streams, chunks, everyMs }: Omit<Scenario, 'name'>): Question[] {
  return Array.from({ length: streams }, (_, seed) => ({ seed, chunks, everyMs }));
}

function middle(costs: Cost[]): Cost {
  return {
    chunkMicros: median(costs.map(({ chunkMicros }) => chunkMicros)),
    peakBytes: median(costs.map(({ peakBytes }) => peakBytes)),
    slowness: median(costs.map(({ slowness }) => slowness)),
  };
}
