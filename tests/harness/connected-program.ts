/** Parley as a program that a test kills and starts again. Each start resolves once it has connected to its platform. */
import { expect } from 'vitest';
import type { ModelServer } from '../../lab/counterparts/model-server.ts';
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
    await expect.poll(connections, { timeout: 20_000 }).toBeGreaterThan(before);
    return started;
  };
  const program = await connected(() => startProgram(model, { WEB: 'off', ...env }));
  return { ...program, start: () => connected(program.start) };
}
