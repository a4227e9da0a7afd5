/** One Parley in its own process, started as in production. It can be killed, stopped, paused and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface ParleyOptions {
  name: string;
  /** The working directory, with the log `<name>.log`. */
  folder: string;
  port: number;
  env: Record<string, string>;
  /** Called when the process ended by itself, before it was ready or later. It is started again. */
  onCrash(crash: { wasStarting: boolean; how: string }): void;
}

export interface Parley {
  readonly port: number;
  /** `up`: the process has said that it is ready. */
  readonly state: 'down' | 'starting' | 'up' | 'paused';
  /** When the process became ready, by `performance.now()`. */
  readonly upAt: number | undefined;
  /** When the pause began, by `performance.now()`. */
  readonly pausedAt: number | undefined;
  /** Resolves when the process is ready. @throws Error when it is not ready within a minute */
  start(): Promise<void>;
  /** Sends SIGKILL; resolves when the process is dead. */
  kill(): Promise<void>;
  /** Sends SIGTERM, and kills the process after `STOP_MS`. Resolves with whether it ended in time. */
  stop(): Promise<boolean>;
  pause(): void;
  resume(): void;
}

const START_MS = 60_000;
/** Grace period before a stop becomes a kill, ms (compose.yaml). */
const STOP_MS = 25_000;
const LOOK_EVERY_MS = 50;
/** Wait of a supervisor before it restarts a process, ms. */
const AGAIN_MS = 500;

export function createParley({ name, folder, port, env, onCrash }: ParleyOptions): Parley {
  const log = openSync(join(folder, `${name}.log`), 'a');
  let child: ChildProcess | undefined;
  let state: Parley['state'] = 'down';
  let upAt: number | undefined;
  let pausedAt: number | undefined;
  let exited: Promise<void> = Promise.resolve();
  // The child ends with this process, whatever ends it.
  process.once('exit', () => child?.kill('SIGKILL'));
  const note = (what: string) => writeSync(log, `--- ${new Date().toISOString()} ${what}\n`);

  function spawned(): ChildProcess {
    note('start');
    const program = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
    const started = spawn(process.execPath, [program], {
      cwd: folder,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: String(port), ...env },
    });
    exited = new Promise((resolve) => {
      started.once('exit', (code, signal) => {
        resolve();
        if (child !== started) return;
        child = undefined;
        onCrash({ wasStarting: state === 'starting', how: `${signal ?? code}` });
        state = 'down';
        upAt = undefined;
        setTimeout(() => {
          if (!child) void parley.start().catch(() => {});
        }, AGAIN_MS);
      });
    });
    return started;
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    if (!ending) return;
    note(signal);
    child = undefined;
    state = 'down';
    upAt = undefined;
    pausedAt = undefined;
    ending.kill(signal);
    await exited;
  }

  const parley: Parley = {
    port,
    get state() {
      return state;
    },
    get upAt() {
      return upAt;
    },
    get pausedAt() {
      return pausedAt;
    },
    async start() {
      const started = spawned();
      child = started;
      state = 'starting';
      const end = performance.now() + START_MS;
      while (child === started && state === 'starting') {
        if (performance.now() > end) throw new Error(`${name} is not ready after a minute`);
        if (await isReady(port)) break;
        await sleep(LOOK_EVERY_MS);
      }
      if (child !== started || state !== 'starting') return;
      state = 'up';
      upAt = performance.now();
    },
    kill: () => end('SIGKILL'),
    async stop() {
      const stopping = child;
      let wasInTime = true;
      const timer = setTimeout(() => {
        wasInTime = false;
        note('SIGKILL after a SIGTERM that had no effect');
        stopping?.kill('SIGKILL');
      }, STOP_MS);
      await end('SIGTERM');
      clearTimeout(timer);
      return wasInTime;
    },
    pause() {
      if (state !== 'up') return;
      note('SIGSTOP');
      state = 'paused';
      pausedAt = performance.now();
      child?.kill('SIGSTOP');
    },
    resume() {
      if (state !== 'paused') return;
      note('SIGCONT');
      state = 'up';
      pausedAt = undefined;
      child?.kill('SIGCONT');
    },
  };
  return parley;
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.text();
    return response.status === 200;
  } catch {
    return false;
  }
}
