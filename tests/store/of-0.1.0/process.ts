/** A Parley of any version as a process of its own, which can be killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '../../../lab/counterparts/wait-for.ts';

export interface Started extends AsyncDisposable {
  url: string;
  output(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** An operator's command, typed beside it. */
  operate(...words: string[]): Promise<string>;
}

/**
 * Resolves once it is ready.
 * @param root of its sources
 * @param folder where it works
 */
export async function startVersion(
  root: string,
  folder: string,
  env: Record<string, string>,
): Promise<Started> {
  const run = (...words: string[]) => {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
    return { child, exited: once(child, 'exit'), output: () => said };
  };
  const { child, exited, output } = run();
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (isOver()) return;
    child.kill(signal);
    await exited;
  }
  const url = await waitFor(
    () => {
      if (isOver()) throw new Error(`Parley ended: ${output()}`);
      return /Parley is (?:ready|running)[^\n]*?(http:\/\/[\d.:]+)/.exec(output())?.[1];
    },
    { what: 'Parley to start' },
  );
  await waitFor(async () => (await fetch(`${url}/readyz`)).ok, {
    what: 'Parley to be ready',
  });
  return {
    url,
    output,
    kill,
    async operate(...words) {
      const command = run(...words);
      await command.exited;
      return command.output();
    },
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}
