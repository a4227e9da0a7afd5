/**
 * Turns a second: the whole program on SQLite, and on Postgres as one process and as several. Messages go to the
 * processes in turn, as behind a load balancer.
 * The model answers at once, and the number of turns under way is constant.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../counterparts/postgres.ts';
import { type Browser, openAgent, openBrowser } from '../browsers.ts';
import { busySince } from '../machine.ts';
import { startInstantModel } from '../models/instant-model.ts';
import { type Program, sharedStore, startProgram } from '../subjects/program.ts';

export interface Throughput {
  store: 'SQLite' | 'Postgres';
  processes: number;
  turnsPerSecond: number;
  /** CPU time of all processes together, ms; undefined on systems without `/proc`. */
  cpuMsPerTurn: number | undefined;
  /** Share of the machine's CPU time used meanwhile, by any process. Near 1, the processes had to share. */
  busy: number;
}

const CASES: Pick<Throughput, 'store' | 'processes'>[] = [
  { store: 'SQLite', processes: 1 },
  { store: 'Postgres', processes: 1 },
  { store: 'Postgres', processes: 2 },
  { store: 'Postgres', processes: 4 },
];
/** Enough conversations that none exceeds the page's rate limit. */
const CONVERSATIONS = 256;
const UNDER_WAY = 64;
/** Turns of each process before counting, so that compiled code is measured in each of several processes too. */
const WARM_UP_TURNS = 1_500;
const MOST_WARM_UP_MS = 90_000;
const MEASURED_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** About the tokens of an answer, sent at once. */
const CHUNKS = 20;

export async function measureThroughput(folder: string): Promise<Throughput[]> {
  const model = await startInstantModel();
  await using postgres = await startPostgres();
  const measured: Throughput[] = [];
  for (const { store, processes } of CASES) {
    const env = { WEB: 'on', ...(store === 'Postgres' && (await sharedStore(postgres))) };
    const programs = Array.from({ length: processes }, (_, index) =>
      startProgram({ folder, name: `${store}-${processes}-${index}`, modelUrl: model.url, env }),
    );
    try {
      measured.push({ store, processes, ...(await measure(programs)) });
    } finally {
      await Promise.all(programs.map((program) => program.stop()));
    }
  }
  await model.stop();
  return measured;
}

async function measure(programs: Program[]) {
  const urls = await Promise.all(programs.map((program) => program.url()));
  const agent = openAgent();
  const idle = await Promise.all(
    Array.from({ length: CONVERSATIONS }, () => openBrowser(urls[0] ?? '', agent)),
  );
  let isOver = false;
  let turns = 0;
  let asked = 0;

  async function keepAsking(): Promise<void> {
    while (!isOver) {
      const browser = idle.shift() as Browser;
      const seed = asked++;
      await browser.ask({ seed, chunks: CHUNKS, everyMs: 0 }, urls[seed % urls.length]);
      turns++;
      idle.push(browser);
    }
  }

  const asking = Promise.all(Array.from({ length: UNDER_WAY }, keepAsking));
  const at = () => ({
    time: performance.now(),
    turns,
    cpu: programs.map((program) => program.cpuSeconds()),
  });
  // A failed request ends the pause at once.
  const pause = (ms: number) => Promise.race([asking, sleep(ms)]);
  const warmAt = performance.now() + MOST_WARM_UP_MS;
  while (turns < WARM_UP_TURNS * programs.length && performance.now() < warmAt) await pause(LOOK_EVERY_MS);
  const from = at();
  const busy = busySince();
  await pause(MEASURED_MS);
  const to = at();
  const busyShare = busy();
  isOver = true;
  await asking;
  agent.destroy();
  const count = to.turns - from.turns;
  const seconds = to.cpu.map((until, index) => (until ?? Number.NaN) - (from.cpu[index] ?? Number.NaN));
  const cpuMsPerTurn = (seconds.reduce((sum, one) => sum + one, 0) * 1_000) / count;
  return {
    turnsPerSecond: count / ((to.time - from.time) / 1_000),
    cpuMsPerTurn: Number.isNaN(cpuMsPerTurn) ? undefined : cpuMsPerTurn,
    busy: busyShare,
  };
}
