/** One Parley in its own process, started as in production. It can be killed, stopped, paused and started again. */

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../../counterparts/compile-cache.ts';

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

export function createParley(options: ParleyOptions): Parley {
  const { name, port } = options;
  const run = createRun(options);
  const { note } = run;
  const parley: Parley = {
    port,
    get state() {
      return run.state;
    },
    get upAt() {
      return run.upAt;
    },
    get pausedAt() {
      return run.pausedAt;
    },
    async start() {
      const started = run.spawn(() => void parley.start().catch(() => {}));
      const isStarting = () => run.child === started && run.state === 'starting';
      const end = performance.now() + START_MS;
      while (isStarting()) {
        if (performance.now() > end) throw new Error(`${name} is not ready after a minute`);
        if (await isReady(port)) break;
        await sleep(LOOK_EVERY_MS);
      }
      if (!isStarting()) return;
      run.state = 'up';
      run.upAt = performance.now();
    },
    kill: () => run.end('SIGKILL'),
    async stop() {
      const stopping = run.child;
      let wasInTime = true;
      const timer = setTimeout(() => {
        wasInTime = false;
        note('SIGKILL after a SIGTERM that had no effect');
        stopping?.kill('SIGKILL');
      }, STOP_MS);
      await run.end('SIGTERM');
      clearTimeout(timer);
      return wasInTime;
    },
    pause() {
      if (run.state !== 'up') return;
      note('SIGSTOP');
      run.state = 'paused';
      run.pausedAt = performance.now();
      run.child?.kill('SIGSTOP');
    },
    resume() {
      if (run.state !== 'paused') return;
      note('SIGCONT');
      run.state = 'up';
      run.pausedAt = undefined;
      run.child?.kill('SIGCONT');
    },
  };
  return parley;
}

interface ProcessRun {
  child: ChildProcess | undefined;
  state: Parley['state'];
  upAt: number | undefined;
  pausedAt: number | undefined;
  note(what: string): void;
  /** Starts the program. When it ends by itself, `startAgain` is called after a moment. */
  spawn(startAgain: () => void): ChildProcess;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** The child process, and its state as a supervisor knows it. */
function createRun({ name, folder, port, env, onCrash }: ParleyOptions): ProcessRun {
  const log = openSync(join(folder, `${name}.log`), 'a');
  let exited: Promise<void> = Promise.resolve();
  const run: ProcessRun = {
    child: undefined,
    state: 'down',
    upAt: undefined,
    pausedAt: undefined,
    note: (what) => void writeSync(log, `--- ${new Date().toISOString()} ${what}\n`),
    spawn(startAgain) {
      run.note('start');
      const program = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
      const started = spawn(process.execPath, [program], {
        cwd: folder,
        stdio: ['ignore', log, log],
        env: {
          ...COMPILE_CACHE,
          PATH: process.env.PATH ?? '',
          HOST: '127.0.0.1',
          PORT: String(port),
          ...env,
        },
      });
      exited = new Promise((resolve) => {
        started.once('exit', (code, signal) => {
          resolve();
          if (run.child !== started) return;
          run.child = undefined;
          onCrash({ wasStarting: run.state === 'starting', how: `${signal ?? code}` });
          run.state = 'down';
          run.upAt = undefined;
          setTimeout(() => {
            if (!run.child) startAgain();
          }, AGAIN_MS);
        });
      });
      run.child = started;
      run.state = 'starting';
      return started;
    },
    async end(signal) {
      const ending = run.child;
      if (!ending) return;
      run.note(signal);
      Object.assign(run, { child: undefined, state: 'down', upAt: undefined, pausedAt: undefined });
      ending.kill(signal);
      await exited;
    },
  };
  // The child ends with this process, whatever ends it.
  process.once('exit', () => run.child?.kill('SIGKILL'));
  return run;
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
