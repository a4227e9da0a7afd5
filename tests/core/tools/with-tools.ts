/** An engine whose model may use tools, with a journal that outlives an attempt. */
import Keyv from 'keyv';
import pino from 'pino';
import { z } from 'zod';
import type { ModelChunk, ModelRequest } from '../../../src/core/models/model.ts';
import { createEngine, type EngineOptions } from '../../../src/core/turn/engine.ts';
import type { Attempt } from '../../../src/core/turn/queue.ts';
import type { Journal } from '../../../src/core/turn/tools/journal.ts';
import type { Tool, ToolResult } from '../../../src/core/turn/tools/tool.ts';
import type { Chunk, Message } from '../../../src/core/types.ts';
import { createAttachments } from '../../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { anybodyOn, attemptOf, keepIn, messageOf } from '../../fixtures.ts';
import { saying, scriptedModel } from '../scripted-model.ts';

export const USAGE = { input: 10, cached: 0, output: 5, reasoning: 0 };

/** A response that says a text and calls tools. */
export function* calling(text: string, ...calls: [name: string, input: unknown, id?: string][]) {
  if (text !== '') yield { type: 'text', text } as const;
  for (const [i, [name, input, id = `call_${i}`]] of calls.entries())
    yield {
      type: 'call',
      call: { id, name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
    } as const;
  yield { type: 'end', end: 'stop', usage: USAGE } as const;
}

type Run = (value: string, step: string, signal: AbortSignal) => ToolResult | Promise<ToolResult>;

/** A tool with one text as its input. */
export function toolOf(name: string, run: Run, effect: Tool['effect'] = 'read'): Tool {
  const input = z.object({ value: z.string() });
  return {
    name,
    family: 'web',
    description: `Does ${name}.`,
    input,
    effect,
    says: (given) => `${name}: ${input.parse(given).value}`,
    run: async (given, { step }, signal) => run(input.parse(given).value, step, signal),
  };
}

export interface WithTools {
  requests: ModelRequest[];
  journals: Journal[];
  store: ReturnType<typeof createKeyvStore>;
  transcripts: ReturnType<typeof createTranscripts>;
  attachments: ReturnType<typeof createAttachments>;
  /** Makes an attempt at a message, and returns what was shown. */
  attempt(message?: Message, rest?: Partial<Attempt>): Promise<Chunk[]>;
  engine: ReturnType<typeof createEngine>;
}

export const asked = messageOf('1', 'hello');

export function withTools(
  tools: Tool[],
  script: (request: ModelRequest, count: number) => Iterable<ModelChunk> | AsyncIterable<ModelChunk>,
  rest: Partial<EngineOptions> = {},
): WithTools {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const scripted = scriptedModel((request) => script(request, scripted.requests.length));
  const journals: Journal[] = [];
  const engine = createEngine({
    transcripts,
    attachments,
    models: scripted.models,
    ...anybodyOn(store),
    log: pino({ level: 'silent' }),
    budgetTokens: 100_000,
    toolsOf: () => ({ tools, hosted: [] }),
    ...rest,
  });
  const keep: Attempt['keep'] = (turn) => keepIn(store)(turn.message.conversation, turn);
  return {
    requests: scripted.requests,
    journals,
    store,
    transcripts,
    attachments,
    engine,
    async attempt(message = asked, rest = {}) {
      await transcripts.append(message.conversation, { message, answer: '', end: null });
      const shown: Chunk[] = [];
      const attempt = attemptOf(keep, {
        journalled: async () => structuredClone(journals.at(-1)),
        journal: async (journal) => void journals.push(structuredClone(journal)),
        ...rest,
      });
      for await (const chunk of engine.respond(message, attempt)) shown.push(chunk);
      return shown;
    },
  };
}

/** Calls once, then answers. */
export const onceThen =
  (first: () => Iterable<ModelChunk>, ...texts: string[]) =>
  (_: ModelRequest, count: number) =>
    count === 1 ? first() : saying(...texts);

export const textOf = (chunks: Chunk[]) =>
  chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : [])).join('');
