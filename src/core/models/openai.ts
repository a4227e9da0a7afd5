/**
 * A model behind an OpenAI-compatible API: one request, or a few where a failure before any text can be mended
 * (a transient failure, a model that is loading, a refused parameter, role, stream or picture, a history that
 * is too long). All requests have deadlines.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttemptOutcome, type ModelEnd, QUIET_MS, tryOnce } from './attempt.ts';
import { createDeadline } from './deadline.ts';
import { isBilledAfter } from './failures/failures.ts';
import { firstAttempt, mend, withoutImages } from './failures/mend.ts';
import { createFeatures, digest, type FeaturesOptions, offersTools } from './features.ts';
import { type Failure, type Model, ModelError, type ModelRequest, type RequestOutcome } from './model.ts';
import { clientFor } from './provider.ts';
import { streamChat } from './wire/chat/chat.ts';
import { streamResponses } from './wire/responses/responses.ts';
import type { Features } from './wire/wire.ts';

export interface OpenAIModelOptions extends FeaturesOptions {
  /** Longest silence before the model begins, and after that, ms. */
  firstChunkMs: number;
  stallMs: number;
}

/** Time between two reports that the model thinks, ms. */
const SIGN_MS = 10_000;
export function createOpenAIModel(options: OpenAIModelOptions): Model {
  const { provider, model, api, tuning = {} } = options;
  const driver = api === 'responses' ? streamResponses : streamChat;
  const features = createFeatures(options);
  const by = digest(provider.baseUrl, model);

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
          const { answered, hasShown, end, beganInside, ...outcome } = yield* tryOnce(driver, {
            client: clientFor(provider),
            asked: { model, request: asked, features: sent, by },
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
            yield endOf(end, answered, leftOut(request, sent));
            return;
          }
          const passed = deadline.passed();
          if (!passed && signal.aborted) {
            yield { type: 'end', end: 'stopped' };
            return;
          }
          // The failure before the retry says more than the fact that time ran out.
          const late = passed && ((passed === 'late' && before) || { kind: passed });
          const failure = late ?? outcome.failure;
          const wait = hasShown || passed ? undefined : mend(failure, attempt, sent);
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
function endOf(end: ModelEnd, answered: boolean, left: ReturnType<typeof leftOut>): ModelEnd {
  if (!answered && end.end !== 'refused') {
    return { ...end, end: 'error', failure: { kind: end.end === 'length' ? 'spent' : 'empty' } };
  }
  return { ...end, ...left };
}

/** The parts of the request that the model was not sent, as the end tells them. */
function leftOut(request: ModelRequest, sent: Features): Pick<ModelEnd, 'unseenImages' | 'isWithoutTools'> {
  const unseenImages = sent.has('images') ? 0 : picturesOf(request);
  return {
    ...(unseenImages > 0 && { unseenImages }),
    ...(offersTools(request) && !sent.has('tools') && { isWithoutTools: true }),
  };
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
const picturesOf = ({ messages }: ModelRequest) =>
  messages.findLast(({ role }) => role === 'user')?.images?.length ?? 0;
