/** Parley as a process of its own, for those who try it from outside. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import { freePort } from '../../lab/counterparts/free-port.ts';
import { waitFor } from '../../lab/counterparts/wait-for.ts';
import { emptyFolder } from '../fixtures.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Spawned extends AsyncDisposable {
  child: ChildProcess;
  /** Its working directory. */
  folder: string;
  url: string;
  /** All it has printed so far. */
  output(): string;
}

export interface SpawnOptions {
  /** With what the test itself needs, such as files; empty where it is not given. */
  folder?: string;
  arguments?: string[];
}

/** Starts it with this environment and Node’s compile cache alone; resolves once it is ready. */
export async function spawnParley(env: Record<string, string>, options: SpawnOptions = {}): Promise<Spawned> {
  const folder = options.folder ?? (await emptyFolder());
  const child = spawn(process.execPath, [MAIN, ...(options.arguments ?? [])], {
    cwd: folder,
    env: { ...COMPILE_CACHE, PORT: String(await freePort()), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  await waitFor(() => child.exitCode !== null || /Parley is (?:ready|running)/.test(output), {
    what: 'Parley to be ready or to end',
  });
  return {
    child,
    folder,
    url: /Parley is [^\n]*?(http:\/\/[\d.:]+)/.exec(output)?.[1] ?? '',
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
