/** A measured process, as the measuring process sees it. */
import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Subject {
  /** Sends a request and resolves with its reply. Send one request at a time. */
  ask<Reply>(request: object): Promise<Reply>;
  stop(): Promise<void>;
}

/**
 * Starts a file of this folder, or of another checkout, in its own process. Its output goes to `logPath`; its first message means that the
 * process is ready, and is returned as `ready`.
 */
export async function startSubject<Ready>(
  file: string,
  args: string[],
  logPath: string,
): Promise<Subject & { ready: Ready }> {
  const log = openSync(logPath, 'a');
  const child = fork(isAbsolute(file) ? file : fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ['ignore', log, log, 'ipc'],
  });
  const exited = new Promise<never>((_, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`${file} ended with ${code}; what it said is in ${logPath}`)),
    );
  });
  exited.catch(() => {});
  const reply = <Reply>() =>
    Promise.race([new Promise<Reply>((resolve) => child.once('message', resolve as () => void)), exited]);
  return {
    ready: await reply<Ready>(),
    ask(request) {
      child.send(request);
      return reply();
    },
    async stop() {
      child.disconnect();
      await exited.catch(() => {});
    },
  };
}
