/**
 * Measures how long a message waits before its model is asked, while many arrive: the whole program on SQLite, with
 * people who have the page open. Beside it runs a server that stores nothing.
 * This process is both sender and model, so one clock is enough.
 */
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAgent, openBrowser } from '../browsers.ts';
import { busySince } from '../machine.ts';
import { median } from '../median.ts';
import { type Question, toPrompt } from '../models/answers.ts';
import { type InstantModel, startInstantModel } from '../models/instant-model.ts';
import { startProgram } from '../subjects/program.ts';
import { startSubject } from '../subjects/subject.ts';

/** Milliseconds from sending a message until its request arrives at the model. */
export interface Waits {
  p50: number;
  p99: number;
  /** Share of the machine's CPU time used meanwhile, by any process, 0 to 1. */
  busy: number;
}

export interface QueueWait {
  perSecond: number;
  seconds: number;
  bare: Waits;
  parley: Waits;
}

const PER_SECOND = 100;
const SECONDS = 20;
/** Warm-up, so that compiled code is measured. */
const WARM_UP_SECONDS = 5;
const ROUNDS = 3;
const CONVERSATIONS = 200;
/** About the tokens of an answer, sent at once. */
const CHUNKS = 20;

type Ask = (question: Question) => Promise<unknown>;

/** Medians of rounds in which the two alternate, each in its own process. */
export async function measureQueueWait(folder: string): Promise<QueueWait> {
  const model = await startInstantModel();
  const bare: Waits[] = [];
  const parley: Waits[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await runBare(model, folder));
    parley.push(await runParley(model, folder, `queue-${round}`));
  }
  await model.stop();
  return { perSecond: PER_SECOND, seconds: SECONDS, bare: middle(bare), parley: middle(parley) };
}

async function runBare(model: InstantModel, folder: string): Promise<Waits> {
  const subject = await startSubject<{ url: string }>(
    'bare-server.ts',
    [model.url],
    join(folder, 'bare-server.log'),
  );
  const agent = openAgent();
  const ask: Ask = (question) =>
    new Promise((resolve, reject) => {
      const posted = request(subject.ready.url, { method: 'POST', agent }, (response) => {
        response.resume().once('end', resolve);
      });
      posted.once('error', reject).end(JSON.stringify({ text: toPrompt(question) }));
    });
  try {
    return await measure(model, ask);
  } finally {
    agent.destroy();
    await subject.stop();
  }
}

async function runParley(model: InstantModel, folder: string, name: string): Promise<Waits> {
  const program = startProgram({ folder, name, modelUrl: model.url, env: { WEB: 'on' } });
  const agent = openAgent();
  try {
    const url = await program.url();
    const opening = Array.from({ length: CONVERSATIONS }, () => openBrowser(url, agent));
    const browsers = await Promise.all(opening);
    return await measure(model, async (question) => browsers[question.seed % browsers.length]?.ask(question));
  } finally {
    agent.destroy();
    await program.stop();
  }
}

/** @throws Error when a message was not answered */
async function measure(model: InstantModel, ask: Ask): Promise<Waits> {
  await arrive(WARM_UP_SECONDS, ask);
  const busy = busySince();
  const sentAt = await arrive(SECONDS, ask);
  const busyShare = busy();
  const waits = [...sentAt].map(([seed, at]) => (model.askedAt.get(seed) ?? Number.NaN) - at);
  const sorted = waits.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), busy: busyShare };
}

let asked = 0;

/** Sends messages of independent people (a Poisson process). Returns when each was sent, by its question's seed. */
async function arrive(seconds: number, ask: Ask): Promise<Map<number, number>> {
  const sentAt = new Map<number, number>();
  const answers: Promise<unknown>[] = [];
  const startedAt = performance.now();
  for (let due = 0; ; ) {
    due += (-Math.log(1 - Math.random()) * 1_000) / PER_SECOND;
    if (due > seconds * 1_000) break;
    const wait = startedAt + due - performance.now();
    if (wait > 0) await sleep(wait);
    const question = { seed: asked++, chunks: CHUNKS, everyMs: 0 };
    sentAt.set(question.seed, performance.now());
    answers.push(ask(question));
  }
  await Promise.all(answers);
  return sentAt;
}

function middle(rounds: Waits[]): Waits {
  return {
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
    busy: median(rounds.map(({ busy }) => busy)),
  };
}
