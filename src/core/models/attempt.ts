/** One request to a model, as a stream of text, thoughts and signs of life, each within its deadline. */
import { setImmediate as pause } from 'node:timers/promises';
import type OpenAI from 'openai';
import type { Deadline } from './deadline.ts';
import { failureOf } from './failures/failures.ts';
import type { Failure, Meter, ModelChunk } from './model.ts';
import { createThinkFilter } from './thoughts/think.ts';
import type { ThinkPiece } from './thoughts/think-output.ts';
import type { ToldUsage } from './wire/told.ts';
import { capIn, type DriverChunk, type DriverRequest } from './wire/wire.ts';

export type ModelEnd = Extract<ModelChunk, { type: 'end' }>;
export type Driver = (
  client: OpenAI,
  asked: DriverRequest,
  signal: AbortSignal,
) => AsyncIterable<DriverChunk>;

export interface AttemptOptions {
  client: OpenAI;
  asked: DriverRequest;
  deadline: Deadline;
  meter: Meter;
  /** Whether this model's chat template is known to open its reasoning itself. */
  beganInside: boolean;
  /** Whether this server is known to write more than its cap allows. */
  ignoresCap: boolean;
  /** Whether it is time to report that the model thinks. */
  isSignDue(): boolean;
}

export interface AttemptOutcome {
  /** Whether there is an answer: text, a call, or a picture or file. */
  answered: boolean;
  /** Whether something was passed on that asking again would repeat. */
  hasShown: boolean;
  /** The usage so far, if the answer was cut. */
  told: ToldUsage;
  beganInside: boolean;
  /** Whether the server wrote text or thoughts, or told a usage: it bills these, however the answer ends. */
  hasWritten: boolean;
  /** Whether the answer went far beyond a cap that the server took. */
  ignoredCap: boolean;
  /** How the model ended its answer; absent where it failed. */
  end?: ModelEnd;
  failure: Failure;
}

/** Longest silence (ms) where no sign of life is expected: for an answer in one piece, or hidden reasoning. */
export const QUIET_MS = 10 * 60_000;

/** Longest silence (ms) while a hosted tool runs: a search or a picture takes up to some minutes. */
const HOSTED_MS = 5 * 60_000;

/** Code points of a step. Text that comes in one piece is passed on in steps, with all other work between them. */
const STEP = /[\s\S]{1,2048}/gu;

/**
 * Tokens are counted by an upper bound (text/most-tokens.ts), up to four times what a text has. A server that obeys its
 * cap never exceeds this multiple of it.
 */
const MOST_OVERCOUNT = 4;
/** Servers that obey their cap may count some tokens more, such as the one that ends the answer. */
const CAP_MARGIN = 1.1;

/** Counts the tokens that a server writes, and says when to cut it off. */
function createOutput({ request, features }: DriverRequest, meter: Meter, ignoresCap: boolean) {
  const { maxOutput = Number.POSITIVE_INFINITY } = request;
  const isCapped = capIn(features) !== undefined;
  const most = maxOutput * (isCapped && !ignoresCap ? MOST_OVERCOUNT : 1);
  let written = 0;
  return {
    wrote(text: string) {
      written = meter.wrote(text);
    },
    hasBegun: () => written > 0,
    isTooLong: () => written > most,
    /** @param told the tokens that the server counted */
    ignoredCap: (told = 0) => isCapped && (written > most || told > maxOutput * CAP_MARGIN),
  };
}

/** Takes an answer apart from its thoughts, and notes how far it has come. */
function createAnswer(beganInside: boolean, deadline: Deadline) {
  let isSentApart = false;
  const think = createThinkFilter({ beganInside, isSentApart: () => isSentApart });
  const came = { answer: false, anything: false };

  function noted(pieces: ThinkPiece[]): ThinkPiece[] {
    came.answer ||= pieces.some(({ type }) => type === 'text');
    came.anything ||= came.answer;
    return pieces;
  }

  return {
    came,
    text(step: string): ThinkPiece[] {
      // llama.cpp's `deepseek-legacy` sends the same reasoning twice: in its own field, and in the text.
      const pieces = think.push(step).filter(({ type }) => type !== 'thought' || !isSentApart);
      deadline.came(pieces.some(({ type }) => type === 'text') ? 'text' : 'thought');
      return noted(pieces);
    },
    thoughtApart() {
      isSentApart = true;
      deadline.came('thought');
    },
    /** A call, or anything of a hosted tool. */
    other(chunk: DriverChunk) {
      deadline.came('thought');
      allowSilence(chunk, deadline);
      came.anything = true;
      came.answer ||= chunk.type === 'call' || chunk.type === 'file';
    },
    end: (isWhole: boolean) => noted(think.end(isWhole)),
    beganInside: () => think.beganInside,
  };
}

/** @throws errors that are bugs of Parley */
export async function* tryOnce(
  driver: Driver,
  { client, asked, deadline, meter, beganInside, ignoresCap, isSignDue }: AttemptOptions,
): AsyncGenerator<ModelChunk, AttemptOutcome> {
  const answer = createAnswer(beganInside, deadline);
  /** They wait for the text before them, of which the filter may hold an end back. */
  const calls: ModelChunk[] = [];
  let end: ModelEnd | undefined;
  let failure: Failure = { kind: 'cut' };
  let told: ToldUsage = {};
  const output = createOutput(asked, meter, ignoresCap);

  try {
    for await (const chunk of driver(client, asked, deadline.signal)) {
      if (chunk.type === 'end') {
        end = chunk;
        break;
      }
      if ('text' in chunk) output.wrote(chunk.text);
      if (chunk.type === 'text') {
        for (const [step] of chunk.text.matchAll(STEP)) {
          yield* answer.text(step);
          if (step.length < chunk.text.length) await pause();
        }
      } else if (chunk.type === 'thought') {
        answer.thoughtApart();
        yield chunk;
      } else if (chunk.type !== 'alive') {
        answer.other(chunk);
        if (chunk.type === 'call') calls.push(chunk);
        else yield chunk;
      } else {
        deadline.alive();
        told = chunk.told ?? told;
        if (chunk.told) continue;
        if (chunk.written) output.wrote(chunk.written);
        allowSilence(chunk, deadline);
      }
      if (output.isTooLong()) {
        end = { type: 'end', end: 'length' };
        break;
      }
      if (!answer.came.answer && isSignDue()) yield { type: 'status', status: 'thinking' };
    }
  } catch (error) {
    failure = failureOf(error);
    if (failure.kind === 'bug' && !deadline.signal.aborted) throw error;
  }
  yield* answer.end(end !== undefined && end.end !== 'length');
  if (end) yield* calls;
  const answered = answer.came.answer;
  return {
    answered,
    hasShown: answer.came.anything,
    beganInside: answer.beganInside(),
    failure,
    told,
    hasWritten: output.hasBegun() || told.usage !== undefined,
    ignoredCap: output.ignoredCap(end?.usage?.output),
    ...(end && { end: answered ? withoutFalse(end) : end }),
  };
}

/** Lets the deadline wait for reasoning that nobody sees, and for hosted tools. */
function allowSilence(chunk: DriverChunk, deadline: Deadline): void {
  if (chunk.type === 'hosted' && chunk.call.state === 'running') deadline.hush(HOSTED_MS);
  if (chunk.type !== 'alive') return;
  if (chunk.isQuiet) deadline.allow(QUIET_MS);
  if (chunk.isWorking) deadline.hush(HOSTED_MS);
}

/** A usage that says that nothing was written, although an answer came, is none. */
function withoutFalse<Part extends ToldUsage>(part: Part): Part {
  const kept = { ...part };
  if (kept.usage?.output === 0) delete kept.usage;
  return kept;
}
