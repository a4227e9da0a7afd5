/** A request that failed is billed if the provider may have worked on it, and free if it cannot have. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  fails,
  type ModelServer,
  reset,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import type { Meter } from '../../src/core/models/model.ts';
import { APIS, modelAt, requestOf } from './ask.ts';

/** Whether each request of an answer is billed. */
async function billed(server: Pick<ModelServer, 'url'>, api: 'chat' | 'responses'): Promise<boolean[]> {
  const ends: boolean[] = [];
  const meter: Meter = {
    begin: async () => undefined,
    wrote: () => 0,
    end: ({ isBilled }) => void ends.push(isBilled),
  };
  const { signal } = new AbortController();
  for await (const _ of modelAt(server.url, api).stream(requestOf('Hello?'), meter, signal));
  return ends;
}

const CASES: [name: string, fault: Behaviour, isBilled: boolean][] = [
  ['whose connection breaks before the answer begins is billed', reset, true],
  ['whose connection breaks within the answer is billed', streams(text('Half'), reset), true],
  ['that a gateway waited for in vain is billed', fails(504, {}, { 'retry-after-ms': '1' }), true],
  ['that is refused is free', fails(429, {}, { 'retry-after-ms': '1' }), false],
];

describe.each(APIS)('of %s, a request', (api) => {
  it.each(CASES)('%s', async (_, fault, isBilled) => {
    await using server = await startModelServer();
    server.respond(fault, answers('Hello.'));
    const [first] = await billed(server, api);
    expect(first).toBe(isBilled);
  });

  it('that reaches nobody is free', async () => {
    const server = await startModelServer();
    await server.stop();
    expect(await billed(server, api)).not.toContain(true);
  });
});
