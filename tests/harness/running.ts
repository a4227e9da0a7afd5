/** Parley in this process, or as a program that can be killed and started again on its store. */

import type { ModelServer } from '../../lab/counterparts/model-server.ts';
import { startProgram } from '../adapters/web/program.ts';
import { startParley } from './web.ts';

export interface Running {
  /** The base URL of its page and its routes. */
  url: string;
  /** Where its store is. */
  folder: string;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRunning(
  env: Record<string, string>,
  { model, isProgram = false }: { model: ModelServer; isProgram?: boolean | undefined },
): Promise<Running> {
  const all = {
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
    PERSON_PER_MINUTE: '10000',
    STOP_SECONDS: '0.5',
    ...env,
  };
  if (isProgram) {
    const program = await startProgram(model, all);
    return {
      url: program.url,
      folder: program.folder,
      kill: () => program.kill('SIGKILL'),
      startAgain: program.start,
      stop: () => program.kill('SIGTERM'),
    };
  }
  const { app, folder } = await startParley(all);
  const cannot = async () => {
    throw new Error('only a program can be killed');
  };
  return { url: app.url, folder, kill: cannot, startAgain: cannot, stop: () => app.stop() };
}
