/** Parley as an operator runs it. A test can kill it and start it again at the same address. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../../../lab/counterparts/compile-cache.ts';
import { freePort } from '../../../lab/counterparts/free-port.ts';
import type { ModelServer } from '../../../lab/counterparts/model-server.ts';
import { emptyFolder } from '../../fixtures.ts';
import { type Parley, startParley } from '../../harness/web.ts';

export interface Program extends AsyncDisposable {
  url: string;
  /** The working directory, with the store. */
  folder: string;
  pid(): number;
  /** Output so far, with the log. */
  output(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts Parley again on the same store and port. */
  start(): Promise<void>;
  /** The same in this process, which takes a tenth of a program's time. The test can only stop it. */
  startHere(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export async function startProgram(model: ModelServer, env: Record<string, string> = {}): Promise<Program> {
  const folder = await emptyFolder();
  const all = {
    OPENAI_BASE_URL: model.url,
    STORE_URL: `sqlite://${join(folder, 'parley.sqlite')}`,
    LOG_LEVEL: 'fatal',
    ...env,
  };
  let child: ChildProcess;
  let here: Parley | undefined;
  let output = '';

  async function start(port: string): Promise<string> {
    child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...COMPILE_CACHE, PORT: port, ...all },
    });
    output = '';
    const started = Promise.withResolvers<string>();
    child.stdout?.on('data', (part) => {
      output += part;
      const [url] = /(?:ready: |running on )(http:\/\/[\d.:]+)/.exec(output)?.slice(1) ?? [];
      if (url) started.resolve(url);
    });
    child.on('exit', () => started.reject(new Error(`Parley did not start: ${output}`)));
    return started.promise;
  }
  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  const url = await start(String(await freePort()));
  return {
    url,
    folder,
    pid: () => child.pid ?? 0,
    output: () => output,
    kill,
    async start() {
      await start(new URL(url).port);
    },
    async startHere() {
      here = await startParley({ PORT: new URL(url).port, STOP_SECONDS: '0.5', ...all }, folder);
    },
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL');
      await here?.app.stop();
    },
  };
}
