/**
 * Turns a second: the whole program on SQLite, and on Postgres as one process and as several, to which the messages go in
 * turn, as behind a balancer. The model answers at once, and there are always so many turns under way.
 */
import { cpus } from 'node:os';
import { startPostgres } from '../tests/counterparts/postgres.ts';
import { type Browser, openAgent, openBrowser } from './browsers.ts';
import { startInstantModel } from './instant-model.ts';
import { type Program, startProgram } from './program.ts';

export interface Throughput {
  store: 'SQLite' | 'Postgres';
  processes: number;
  turnsPerSecond: number;
  /** CPU time of all of the processes together, milliseconds; undefined where the system does not tell. */
  cpuMsPerTurn: number | undefined;
  /** How much of the machine's CPU time was used meanwhile, by whomever: near 1, the processes had to share. */
  busy: number;
}

const CASES: Pick<Throughput, 'store' | 'processes'>[] = [
  { store: 'SQLite', processes: 1 },
  { store: 'Postgres', processes: 1 },
  { store: 'Postgres', processes: 2 },
  { store: 'Postgres', processes: 4 },
];
/** Enough that nobody asks more often than the page allows. */
const CONVERSATIONS = 256;
const UNDER_WAY = 64;
const WARM_UP_MS = 4_000;
const MEASURED_MS = 8_000;
/** Tokens of an answer, more or less; at once. */
const CHUNKS = 20;

export async function measureThroughput(folder: string): Promise<Throughput[]> {
  const model = await startInstantModel();
  await using postgres = await startPostgres();
  const measured: Throughput[] = [];
  for (const { store, processes } of CASES) {
    const env: Record<string, string> = { WEB: 'on' };
    if (store === 'Postgres') {
      env.STORE_URL = await postgres.database();
      env.MASTER_KEYS = `bench:${Buffer.alloc(32, 1).toString('base64')}`;
    }
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
  const end = performance.now() + WARM_UP_MS + MEASURED_MS;
  let turns = 0;
  let asked = 0;

  async function keepAsking(): Promise<void> {
    while (performance.now() < end) {
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
    machine: machineTimes(),
  });
  const pause = (ms: number) => Promise.race([asking, new Promise((resolve) => setTimeout(resolve, ms))]);
  await pause(WARM_UP_MS);
  const from = at();
  await pause(MEASURED_MS);
  const to = at();
  await asking;
  agent.destroy();
  const count = to.turns - from.turns;
  const seconds = to.cpu.map((until, index) => (until ?? Number.NaN) - (from.cpu[index] ?? Number.NaN));
  const cpuMsPerTurn = (seconds.reduce((sum, one) => sum + one, 0) * 1_000) / count;
  return {
    turnsPerSecond: count / ((to.time - from.time) / 1_000),
    cpuMsPerTurn: Number.isNaN(cpuMsPerTurn) ? undefined : cpuMsPerTurn,
    busy: 1 - (to.machine.idle - from.machine.idle) / (to.machine.all - from.machine.all),
  };
}

/** Of all cores since the machine started. */
function machineTimes(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.flatMap((one) => Object.values(one))),
  };
}
