/** Parley as it runs in production, in a process of its own. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Program {
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** Where its log goes, `<name>.log`. */
  folder: string;
  name: string;
  /** With the `/v1`. */
  modelUrl: string;
  env: Record<string, string>;
}

/** With an empty store. */
export function startProgram({ folder, name, modelUrl, env }: ProgramOptions): Program {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH ?? '',
      OPENAI_BASE_URL: modelUrl,
      OPENAI_MODEL: 'bench',
      STORE_URL: `sqlite://${join(folder, `${name}.sqlite`)}`,
      WEB: 'off',
      PORT: '0',
      ...env,
    },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
