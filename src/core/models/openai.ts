/**
 * A model behind an OpenAI-compatible API: one request, or a few where a failure before any text can be mended
 * (a transient failure, a model that is loading, a refused parameter, role, stream or picture, a history that
 * is too long). All requests have deadlines.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttemptOutcome, type ModelEnd, QUIET_MS, tryOnce } from './attempt.ts';
import { isOpenAI } from './base-url.ts';
import { createDeadline } from './deadline.ts';
import { isBilledAfter } from './failures/failures.ts';
import { LASTING_MS, learnedOf } from './failures/learned.ts';
import { firstAttempt, hasImages, type MendedRequest, mend, withoutImages } from './failures/mend.ts';
import {
  type Failure,
  type Model,
  ModelError,
  type ModelRequest,
  type RequestOutcome,
  type Tuning,
} from './model.ts';
import { clientFor, type Provider } from './provider.ts';
import { streamChat } from './wire/chat.ts';
import { streamResponses } from './wire/responses.ts';
import { capsOf, type Features } from './wire/wire.ts';

export interface OpenAIModelOptions {
  provider: Provider;
  model: string;
  api: 'responses' | 'chat';
  tuning?: Tuning;
  /** Longest silence before the model begins, and after that, ms. */
  firstChunkMs: number;
  stallMs: number;
}

/** Asks Chat Completions for the usage. Most compatible servers tell it only then (vLLM, llama.cpp, OpenRouter). */
const USAGE = 'stream_options';
/** Parameters that OpenAI's own API takes beyond the core of the format; compatible servers may refuse each. */
const OPENAI_EXTRAS = ['prompt_cache_key', 'safety_identifier', 'store'];
/** Time between two reports that the model thinks, ms. */
const SIGN_MS = 10_000;
/** The learned fact that a server takes a cap and does not obey it. */
const IGNORES_CAP = 'ignores its cap';
/** The learned fact that a model's chat template opens its reasoning itself (think.ts). */
const BEGINS_INSIDE = 'begins inside its thoughts';

export function createOpenAIModel(options: OpenAIModelOptions): Model {
  const { provider, model, api, tuning = {} } = options;
  const driver = api === 'responses' ? streamResponses : streamChat;
  const features = createFeatures(options);

  return {
    name: model,
    tuning,
    async *stream(request, meter, signal) {
      const times = { firstMs: options.firstChunkMs, stallMs: options.stallMs };
      const deadline = createDeadline(times, signal);
      const sign = createSign();
      const attempt = firstAttempt({ ...request, ...tuning });
      let before: Failure | undefined;
      try {
        for (;;) {
          const seen = features.of(attempt).has('images') ? attempt.request : withoutImages(attempt.request);
          const asked = cappedAt(await deadline.outside(() => meter.begin(seen, signal)), seen);
          const sent = features.of({ ...attempt, request: asked });
          if (!sent.has('stream')) deadline.allow(QUIET_MS);
          const { answered, end, beganInside, ...outcome } = yield* tryOnce(driver, {
            client: clientFor(provider),
            asked: { model, request: asked, features: sent },
            deadline,
            meter,
            beganInside: features.beginsInside(),
            ignoresCap: features.ignoresCap(),
            isSignDue: sign.isDue,
          });
          meter.end(outcomeOf(end, outcome));
          if (outcome.ignoredCap) features.distrustCap();
          if (end) {
            if (answered) features.learn({ ...attempt, request: asked }, beganInside);
            yield endOf(end, answered, sent.has('images') ? 0 : picturesOf(request));
            return;
          }
          const passed = deadline.passed();
          let { failure } = outcome;
          // The failure before the retry says more than the fact that time ran out.
          if (passed) failure = (passed === 'late' && before) || { kind: passed };
          else if (signal.aborted) {
            yield { type: 'end', end: 'stopped' };
            return;
          }
          const wait = answered || passed ? undefined : mend(failure, attempt, sent);
          if (wait === undefined) {
            yield { type: 'end', end: endOfFailure(failure, answered), failure };
            return;
          }
          if (wait > 0) {
            before = failure;
            sign.reset();
            yield { type: 'status', status: 'retrying' };
            await sleep(wait, undefined, { signal: deadline.signal }).catch(() => {});
          }
        }
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        // The meter allowed no request.
        yield signal.aborted
          ? { type: 'end', end: 'stopped' }
          : { type: 'end', end: 'error', failure: error.failure };
      } finally {
        deadline.clear();
      }
    },
  };
}

/** @param most undefined: nothing limits the answer */
function cappedAt(most: number | undefined, request: ModelRequest): ModelRequest {
  return most === undefined ? request : { ...request, maxOutput: Math.min(most, request.maxOutput ?? most) };
}

/** The optional features of requests to this model, without those that it refused before. */
function createFeatures({ provider, model, api, tuning: { temperature, effort } = {} }: OpenAIModelOptions) {
  const learned = learnedOf(provider.baseUrl, model);
  const caps = capsOf(api, isOpenAI(provider.baseUrl));
  /**
   * The fact that is learned when a feature is refused, by the feature's name. It includes the value, since another
   * value may be taken.
   */
  const optional = new Map([
    // Streaming can depend on the account (OpenAI: "organization must be verified to stream").
    ['stream', `stream ${digest(provider.key)}`] as const,
    ...['system', 'images', ...(api === 'chat' ? [USAGE] : [])].map((name) => [name, name] as const),
    ...(isOpenAI(provider.baseUrl) ? OPENAI_EXTRAS : []).map((name) => [name, name] as const),
    ...(temperature === undefined ? [] : [['temperature', `temperature ${temperature}`] as const]),
    ...(effort === undefined ? [] : [['reasoning', `reasoning ${effort}`] as const]),
  ]);

  /** A smaller cap may be taken, so a refused one is remembered by its size, to the next power of two. */
  function memoOf(name: string, { maxOutput = 1 }: ModelRequest): string {
    const isCap = caps.includes(name);
    return isCap ? `${name} ${2 ** Math.ceil(Math.log2(maxOutput))}` : (optional.get(name) ?? name);
  }

  return {
    of({ request, without }: MendedRequest): Features {
      const names = [...optional.keys(), ...(request.maxOutput === undefined ? [] : caps)];
      const features = new Set(
        names.filter((name) => !without.has(name) && !learned.has(memoOf(name, request))),
      );
      if (!hasImages(request)) features.delete('images');
      return features;
    },
    /** Learns from an answer which features had to be left out, and whether it began inside its thoughts. */
    learn({ request, without }: MendedRequest, beganInside: boolean): void {
      for (const [name, ms] of without) if (ms > 0) learned.add(memoOf(name, request), ms);
      if (beganInside) learned.add(BEGINS_INSIDE, LASTING_MS);
      else learned.remove(BEGINS_INSIDE);
    },
    beginsInside: () => learned.has(BEGINS_INSIDE),
    distrustCap: () => learned.add(IGNORES_CAP, LASTING_MS),
    ignoresCap: () => learned.has(IGNORES_CAP),
  };
}

const digest = (key = '') => createHash('sha256').update(key).digest('base64url').slice(0, 16);

/** Whether a report is due: at the first sign of life of an attempt, and from then on at intervals. */
function createSign() {
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    reset() {
      saidAt = Number.NEGATIVE_INFINITY;
    },
    isDue() {
      const now = performance.now();
      if (now - saidAt < SIGN_MS) return false;
      saidAt = now;
      return true;
    },
  };
}

/** An end without text is a failure: thinking used all tokens, or nothing came. */
function endOf(end: ModelEnd, answered: boolean, unseenImages: number): ModelEnd {
  if (!answered && end.end !== 'refused') {
    return { ...end, end: 'error', failure: { kind: end.end === 'length' ? 'spent' : 'empty' } };
  }
  return unseenImages > 0 ? { ...end, unseenImages } : end;
}

function endOfFailure({ kind }: Failure, answered: boolean): 'refused' | 'interrupted' | 'error' {
  if (kind === 'refused') return 'refused';
  return answered ? 'interrupted' : 'error';
}

/** The request as its meter has it. If the answer was cut, a cost that was told is not all of it. */
function outcomeOf(
  end: ModelEnd | undefined,
  { told, failure, hasWritten }: Pick<AttemptOutcome, 'told' | 'failure' | 'hasWritten'>,
): RequestOutcome {
  const { cost: _, ...billedSoFar } = told.billed ?? {};
  return {
    isBilled: end !== undefined || hasWritten || isBilledAfter(failure),
    usage: end?.usage,
    soFar: told.usage,
    billed: end?.billed ?? billedSoFar,
  };
}

/** Number of pictures in the message that is answered. */
const picturesOf = ({ messages }: ModelRequest) => messages.at(-1)?.images?.length ?? 0;
