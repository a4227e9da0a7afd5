/** Asks a model and gathers the answer. */

import { expect } from 'vitest';
import type { Api } from '../../lab/counterparts/model-script.ts';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import {
  type Model,
  type ModelChunk,
  type ModelMessage,
  type ModelRequest,
  UNMETERED,
} from '../../src/core/models/model.ts';
import { createOpenAIModel, type OpenAIModelOptions } from '../../src/core/models/openai.ts';
import type { Provider } from '../../src/core/models/provider.ts';
import type { Told } from '../../src/core/sentences/failure-notice.ts';
import type { Reader } from '../../src/core/types.ts';

export const KEY = 'sk-test-0123456789-secret';

export const APIS: Api[] = ['responses', 'chat'];

export function requestOf(...messages: (string | ModelMessage)[]): ModelRequest {
  return {
    instructions: 'Be brief.',
    messages: messages.map((message) =>
      typeof message === 'string' ? { role: 'user', text: message } : message,
    ),
    cacheKey: 'cache-of-conversation',
    user: 'hash-of-person',
  };
}

export function modelAt(baseUrl: string, api: Api, options: Partial<OpenAIModelOptions> = {}): Model {
  const provider: Provider = { baseUrl, key: KEY };
  return createOpenAIModel({
    provider,
    model: 'test-model',
    api,
    firstChunkMs: 20_000,
    stallMs: 20_000,
    ...options,
  });
}

export interface Answer {
  chunks: ModelChunk[];
  text: string;
  thought: string;
  statuses: string[];
  end: Extract<ModelChunk, { type: 'end' }>;
}

export interface AskOptions {
  request?: ModelRequest;
  signal?: AbortSignal;
  onChunk?: (chunk: ModelChunk) => void;
}

/** Reads a stream to its end, which comes exactly once and last. */
export async function ask(model: Model, options: AskOptions = {}): Promise<Answer> {
  const { request = requestOf('Hello?'), signal = new AbortController().signal, onChunk } = options;
  const chunks: ModelChunk[] = [];
  for await (const chunk of model.stream(request, UNMETERED, signal)) {
    chunks.push(chunk);
    onChunk?.(chunk);
  }
  return answerOf(chunks);
}

export function answerOf(chunks: ModelChunk[]): Answer {
  const ends = chunks.filter((chunk) => chunk.type === 'end');
  const [end] = ends;
  expect(ends).toHaveLength(1);
  expect(chunks.at(-1)).toBe(end);
  if (!end) throw new Error('no end');
  return {
    chunks,
    text: textOf(chunks),
    thought: chunks.map((chunk) => (chunk.type === 'thought' ? chunk.text : '')).join(''),
    statuses: chunks.flatMap((chunk) => (chunk.type === 'status' ? [chunk.status] : [])),
    end,
  };
}

/** The final text of the answer. */
function textOf(chunks: ModelChunk[]): string {
  const from = chunks.findLastIndex(({ type }) => type === 'retract') + 1;
  return chunks
    .slice(from)
    .map((chunk) => (chunk.type === 'text' ? chunk.text : ''))
    .join('');
}

/** A promise and what resolves it. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

export const toldIn = (reader: Reader): Told => ({ reader, words: DISCORD_WORDS });
