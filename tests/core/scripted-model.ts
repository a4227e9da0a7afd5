/** A model that does what a test tells it, behind the real engine. */
import type { ModelChooser } from '../../src/core/models/catalog/choose.ts';
import type { Model, ModelChunk, ModelRequest } from '../../src/core/models/model.ts';

type Script = (
  request: ModelRequest,
  signal: AbortSignal,
) => AsyncIterable<ModelChunk> | Iterable<ModelChunk>;

/** Records the requests; answers each by the script. `timed`: with the times of their messages. */
export function scriptedModel(script: Script) {
  const requests: ModelRequest[] = [];
  const timed: ModelRequest[] = [];
  const model: Model = {
    name: 'scripted',
    async *stream(request, _meter, signal) {
      timed.push(request);
      requests.push({ ...request, messages: request.messages.map(({ time: _, ...message }) => message) });
      yield* script(request, signal);
    },
  };
  const choice = {
    source: 'operator' as const,
    model: 'scripted',
    provider: { baseUrl: 'https://model.example/v1' },
  };
  const models: ModelChooser = {
    choose: async () => ({ model, choice, persona: '' }),
    describe: () => choice,
    tryOut: async () => ({ choice }),
    baseUrlOf: () => choice.provider.baseUrl,
    offerOf: () => undefined,
  };
  return { models, requests, timed };
}

export function* saying(...texts: string[]): Iterable<ModelChunk> {
  for (const text of texts) yield { type: 'text', text };
  yield { type: 'end', end: 'stop', usage: { input: 10, cached: 0, output: 5, reasoning: 0 } };
}

/** Says so much, then nothing until it is stopped. */
export async function* hangingAfter(signal: AbortSignal, ...texts: string[]): AsyncIterable<ModelChunk> {
  for (const text of texts) yield { type: 'text', text };
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  yield { type: 'end', end: 'stopped' };
}

/** Says so much, and is stopped then. */
export async function* stoppedAfter(stop: () => void, ...texts: string[]): AsyncIterable<ModelChunk> {
  for (const text of texts) yield { type: 'text', text };
  stop();
  yield { type: 'end', end: 'stopped' };
}
