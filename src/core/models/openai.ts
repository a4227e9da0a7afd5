/**
 * A model behind an OpenAI-compatible API: one request, or a few where a failure can be mended before any
 * text came (a transient failure, a parameter not taken, images not taken, too long a history), all under
 * deadlines of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { isOpenAI } from './base-url.ts';
import { streamChat } from './chat.ts';
import { createDeadline } from './deadline.ts';
import { failureOf } from './failures.ts';
import { type Attempt, mend } from './mend.ts';
import type { Failure, Model, ModelChunk, Tuning } from './model.ts';
import { clientFor, type Provider } from './provider.ts';
import { streamResponses } from './responses.ts';
import { createThinkFilter } from './think.ts';

export interface OpenAIModelOptions {
  provider: Provider;
  model: string;
  api: 'responses' | 'chat';
  tuning?: Tuning;
  /** How long the first chunk, and then each next one, may take, milliseconds. */
  firstChunkMs: number;
  stallMs: number;
}

/** What OpenAI's own API takes beyond the core of the format; compatible servers may refuse any of it. */
const OPENAI_EXTRAS = ['stream_options', 'prompt_cache_key', 'safety_identifier', 'store'];

/** By base URL and model, what a server refused before, a tuning with its value: not sent again. */
const refusedExtras = new LRUCache<string, Set<string>>({ max: 500 });

export function createOpenAIModel(options: OpenAIModelOptions): Model {
  const { provider, model, api, tuning = {} } = options;
  const driver = api === 'responses' ? streamResponses : streamChat;
  const refused = remembered(`${provider.baseUrl} ${model}`);
  const { temperature, effort } = tuning;
  /** By name, as it is remembered once refused: another value may be taken. */
  const optional = new Map([
    ...(isOpenAI(provider.baseUrl) ? OPENAI_EXTRAS : []).map((name) => [name, name] as const),
    ...(temperature === undefined ? [] : [['temperature', `temperature ${temperature}`] as const]),
    ...(effort === undefined ? [] : [['reasoning', `reasoning ${effort}`] as const]),
  ]);

  const leaveOut = (extra: string) => void refused.add(optional.get(extra) ?? extra);

  return {
    name: model,
    async *stream(request, signal) {
      const deadline = createDeadline(options.firstChunkMs, options.stallMs, signal);
      const attempt: Attempt = { request: { ...request, ...tuning }, retries: 0, halved: false };
      let before: Failure | undefined;
      try {
        for (;;) {
          const extras = new Set(
            [...optional].filter(([, memo]) => !refused.has(memo)).map(([name]) => name),
          );
          const think = createThinkFilter();
          let answered = false;
          let end: ModelEnd | undefined;
          let failure: Failure = { kind: 'cut' };
          try {
            for await (const chunk of driver(
              clientFor(provider),
              model,
              attempt.request,
              extras,
              deadline.signal,
            )) {
              deadline.touch();
              if (chunk.type === 'end') {
                end = chunk;
                break;
              }
              const text = chunk.type === 'text' ? think.push(chunk.text) : '';
              if (text) {
                answered = true;
                yield { type: 'text', text };
              } else if (chunk.type === 'status' || think.thinking)
                yield { type: 'status', status: 'thinking' };
            }
          } catch (error) {
            failure = failureOf(error);
            if (failure.kind === 'bug' && !deadline.signal.aborted) throw error;
          }
          const rest = think.end();
          if (rest) {
            answered = true;
            yield { type: 'text', text: rest };
          }
          if (end) {
            yield answered || end.end === 'refused'
              ? end
              : { ...end, end: 'error', failure: { kind: 'empty' } };
            return;
          }
          const passed = deadline.passed();
          // While it was tried again, what went wrong before says more than that time ran out.
          if (passed) failure = (passed === 'late' && before) || { kind: passed };
          else if (signal.aborted) {
            yield { type: 'end', end: 'stopped' };
            return;
          }
          const wait = answered || passed ? undefined : mend(failure, attempt, extras, leaveOut);
          if (wait === undefined) {
            yield { type: 'end', end: endOf(failure, answered), failure };
            return;
          }
          if (wait > 0) {
            before = failure;
            yield { type: 'status', status: 'retrying' };
            await sleep(wait, undefined, { signal: deadline.signal }).catch(() => {});
          }
        }
      } finally {
        deadline.clear();
      }
    },
  };
}

type ModelEnd = Extract<ModelChunk, { type: 'end' }>;

function endOf(failure: Failure, answered: boolean): 'refused' | 'interrupted' | 'error' {
  if (failure.kind === 'refused') return 'refused';
  return answered ? 'interrupted' : 'error';
}

function remembered(id: string): Set<string> {
  const known = refusedExtras.get(id) ?? new Set<string>();
  refusedExtras.set(id, known);
  return known;
}
