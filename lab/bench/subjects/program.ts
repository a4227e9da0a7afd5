/** Parley as in production, in its own process. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestPostgres } from '../../counterparts/postgres.ts';

export interface Program {
  /** The address; resolves when the program listens. @throws Error when the program ended instead */
  url(): Promise<string>;
  /** CPU time so far, seconds; undefined on systems without `/proc`. */
  cpuSeconds(): number | undefined;
  /** Resident memory now, bytes; undefined on systems without `/proc`. */
  residentBytes(): number | undefined;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** The folder of the log, `<name>.log`. */
  folder: string;
  name: string;
  /** The model's base URL with `/v1`. */
  modelUrl: string;
  env: Record<string, string>;
}

const LOOK_EVERY_MS = 20;
/** Unit of the times in Linux's `/proc/<pid>/stat` (proc_pid_stat(5)). */
const TICKS_PER_SECOND = 100;

/** The settings of processes that share an empty store. */
export const sharedStore = async (postgres: TestPostgres) => ({
  STORE_URL: await postgres.database(),
  MASTER_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64')}`,
});

/** Starts the program with an empty store, or with the store that `env` names. */
export function startProgram({ folder, name, modelUrl, env }: ProgramOptions): Program {
  const logPath = join(folder, `${name}.log`);
  const log = openSync(logPath, 'a');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../src/main.ts', import.meta.url))], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH ?? '',
      OPENAI_BASE_URL: modelUrl,
      OPENAI_MODEL: 'bench',
      PERSON_PER_MINUTE: '10000',
      PERSON_AT_ONCE: '10000',
      TENANT_AT_ONCE: '10000',
      STORE_URL: `sqlite://${join(folder, `${name}.sqlite`)}`,
      WEB: 'off',
      PORT: '0',
      ...env,
    },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    async url() {
      for (;;) {
        const [, url] = /^Parley is .*(http:\/\/\S+)$/m.exec(readFileSync(logPath, 'utf8')) ?? [];
        if (url !== undefined) return url;
        if (child.exitCode !== null) throw new Error(`Parley ended; what it said is in ${logPath}`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    cpuSeconds() {
      try {
        // After the name in brackets, user and system time are the 12th and 13th field.
        const [, fields = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
        const [user, system] = fields.split(' ').slice(11, 13).map(Number);
        return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
      } catch {
        return undefined;
      }
    },
    residentBytes() {
      try {
        const [, kilobytes] =
          /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
      } catch {
        return undefined;
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
