/** The Parleys of a run, on one store. Each has its own port. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../counterparts/free-port.ts';
import { createParley, type Parley } from './parley.ts';

export interface Crash {
  /** When it happened, by `performance.now()`. */
  at: number;
  name: string;
  wasStarting: boolean;
  /** The signal or exit code. */
  how: string;
}

export interface Fleet extends AsyncDisposable {
  parleys: Parley[];
  /** Processes that ended by themselves. */
  crashes: Crash[];
  /** Ports that receive requests. Health checks need a while to notice a port that does not answer. */
  ports(): number[];
  /** Resumes paused Parleys and resolves when all are up. @throws Error when they are not up within some minutes */
  allUp(): Promise<void>;
}

/** Time until a health check notices, ms. */
const UNNOTICED_MS = 3_000;
const ALL_UP_MS = 180_000;
const LOOK_EVERY_MS = 50;

/** @param envOf the environment of each process, by its index */
export async function startFleet(
  count: number,
  folder: string,
  envOf: (index: number) => Record<string, string>,
): Promise<Fleet> {
  const crashes: Crash[] = [];
  const parleys: Parley[] = [];
  for (let index = 0; index < count; index++) {
    const name = `parley-${index}`;
    parleys.push(
      createParley({
        name,
        folder,
        port: await freePort(),
        env: envOf(index),
        onCrash: (crash) => void crashes.push({ at: performance.now(), name, ...crash }),
      }),
    );
  }
  const fleet: Fleet = {
    parleys,
    crashes,
    ports: () =>
      parleys
        .filter(
          ({ state, pausedAt }) =>
            state === 'up' || (state === 'paused' && performance.now() - (pausedAt ?? 0) < UNNOTICED_MS),
        )
        .map(({ port }) => port),
    async allUp() {
      for (const parley of parleys) parley.resume();
      const end = performance.now() + ALL_UP_MS;
      while (parleys.some(({ state }) => state !== 'up')) {
        if (performance.now() > end)
          throw new Error(`not every Parley gets ready; the logs are in ${folder}`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const parley of parleys) parley.resume();
      await Promise.all(parleys.map((parley) => parley.stop()));
    },
  };
  try {
    await Promise.all(parleys.map((parley) => parley.start()));
  } catch (error) {
    await Promise.all(parleys.map((parley) => parley.kill()));
    throw error;
  }
  return fleet;
}
