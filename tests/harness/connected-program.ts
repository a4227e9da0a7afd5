/** Parley as a program that a test kills and starts again. Each start resolves once it has connected to its platform. */
import type { ModelServer } from '../../lab/counterparts/model-server.ts';
import { waitFor } from '../../lab/counterparts/wait-for.ts';
import { type Program, startProgram } from '../adapters/web/program.ts';

/** @param connections how often a Parley has connected to the platform so far */
export async function startConnected(
  model: ModelServer,
  env: Record<string, string>,
  connections: () => number,
): Promise<Program> {
  const connected = async <T>(start: () => Promise<T>): Promise<T> => {
    const before = connections();
    const started = await start();
    await waitFor(() => connections() > before, { what: 'Parley to be connected' });
    return started;
  };
  const program = await connected(() => startProgram(model, { WEB: 'off', ...env }));
  return {
    ...program,
    start: () => connected(program.start),
    startHere: () => connected(program.startHere),
  };
}
