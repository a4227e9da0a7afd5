/** Parley as an operator runs it, in a folder of its own, and the commands that are typed beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
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

/** Starts Parley in this process, which takes a tenth of a program's time. Nothing can kill it. */
export async function startHere(env: Record<string, string> = {}): Promise<Operated> {
  const { app, folder, log } = await startParley(env);
  return {
    url: app.url,
    folder,
    output: () => log.join(''),
    kill: () => Promise.reject(new Error('only a program can be killed')),
    operate: (...words) => operateIn(folder, env, ...words),
    [Symbol.asyncDispose]: () => app.stop(),
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
