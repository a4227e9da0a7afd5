/** Parley as an operator runs it, in a folder of its own, and the commands that are typed beside it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import { operate } from '../../src/cli/operator/operate.ts';
import { readConfig } from '../../src/config.ts';
import { emptyFolder } from '../fixtures.ts';
import { startParley } from '../harness/web.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Operated extends AsyncDisposable {
  url: string;
  folder: string;
  output(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** `npm start -- …` with the same environment. */
  operate(...words: string[]): Promise<Ended>;
}

function run(folder: string, env: Record<string, string>, words: string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: {
      ...COMPILE_CACHE,
      PATH: process.env.PATH,
      PORT: '0',
      STORE_URL: `sqlite://${join(folder, 'parley.sqlite')}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function operateIn(
  folder: string,
  env: Record<string, string>,
  ...words: string[]
): Promise<Ended> {
  const child = run(folder, env, words);
  if (!child.stdout || !child.stderr) throw new Error('no output');
  const exited = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exited;
  return { code: child.exitCode, out, err };
}

/** The same in this process, which takes a tenth of a program's time. Its log is left out. */
export async function operateHere(
  folder: string,
  env: Record<string, string>,
  ...words: string[]
): Promise<Ended> {
  const store = `sqlite://${join(folder, 'parley.sqlite')}`;
  const config = readConfig({ PORT: '0', STORE_URL: store, LOG_LEVEL: 'silent', ...env });
  const printed = { log: '', error: '' };
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line) => {
      printed[name] += `${line}\n`;
    }),
  );
  try {
    const code = await operate(config, words);
    return { code, out: printed.log, err: printed.error };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/**
 * Starts Parley in this process, where its commands are run, too. It takes a tenth of a program's time, and can only
 * be stopped.
 */
export async function startHere(env: Record<string, string> = {}, place?: string): Promise<Operated> {
  const { app, folder, log } = await startParley(env, place);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= app.stop());
  return {
    url: app.url,
    folder,
    output: () => log.join(''),
    kill: (signal) =>
      signal === 'SIGTERM' ? stop() : Promise.reject(new Error('only a program can be killed')),
    operate: (...words) => operateHere(folder, env, ...words),
    [Symbol.asyncDispose]: stop,
  };
}

/** Starts Parley as a program. Resolves once Parley answers on its port, before it is connected. */
export async function startOperated(env: Record<string, string> = {}, folder?: string): Promise<Operated> {
  const place = folder ?? (await emptyFolder());
  const child = run(place, env, []);
  const exited = once(child, 'exit');
  let output = '';
  const { promise: said, resolve } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      output += part;
      const [url] = /http:\/\/[\d.:]+/.exec(output.slice(Math.max(0, output.indexOf('Parley is')))) ?? [];
      if (output.includes('Parley is') && url) resolve(url);
    });
  const url = await Promise.race([said, exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`Parley did not start: ${output}`);
  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await exited;
  }
  return {
    url,
    folder: place,
    output: () => output,
    kill,
    operate: (...words) => operateIn(place, env, ...words),
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}
