/** Asks a tenant's model once, outside any turn, for a short text. */
import { createHash } from 'node:crypto';
import { VaultError } from '../errors.ts';
import type { Choice, ModelChooser } from '../models/catalog/choose.ts';
import { type Failure, type Meter, type Model, ModelError, UNMETERED } from '../models/model.ts';
import type { Spending } from '../money/metering/spending.ts';
import type { Spender } from '../money/spender.ts';
import { en } from '../sentences/en.ts';
import { failureNotice, type Told } from '../sentences/failure-notice.ts';
import type { TenantSettings } from '../settings.ts';
import { seenText } from '../text/unseen.ts';
import { ownFailure } from '../turn/ending.ts';

export interface OneAnswerOptions {
  models: Pick<ModelChooser, 'choose'>;
  spend: Spending['run'];
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
}

export interface OneQuestion {
  instructions: string;
  text: string;
  spender: Spender;
  settings: TenantSettings;
  /** Questions of one purpose begin alike, so the provider may have their beginning in its cache. */
  purpose: 'short' | 'summary' | 'title';
  /** Most characters that are read of the answer. */
  most: number;
  /** Most tokens of the answer with its thoughts. Absent: as many as the model writes. */
  maxOutput?: number;
  /** Longest wait for the whole text, ms. */
  longestMs: number;
  /** The person who reads the sentence about a failure. */
  told: Told;
}

/** A text of the model's, or a sentence of Parley's that says why there is none. */
export type OneAnswer = { text: string } | { notice: string };

/** @throws StoreError */
export type AskOnce = (question: OneQuestion, signal?: AbortSignal) => Promise<OneAnswer>;

/** UTF-8 bytes of an average token; low, so that no script is under-counted. */
export const BYTES_PER_TOKEN = 3;

export function createAskOnce({ models, spend, shutdown }: OneAnswerOptions): AskOnce {
  return async ({ spender, settings, most, maxOutput, longestMs, told, ...asked }, stop) => {
    const { tenant, person, conversation } = spender;
    let choice: Choice | undefined;
    try {
      const chosen = await models.choose(tenant, settings);
      choice = chosen.choice;
      const request = {
        instructions: asked.instructions,
        messages: [{ role: 'user' as const, text: asked.text }],
        cacheKey: digest(asked.purpose, conversation),
        user: digest(tenant, person),
        ...(maxOutput !== undefined && { maxOutput }),
      };
      const signal = AbortSignal.any([shutdown, AbortSignal.timeout(longestMs), ...(stop ? [stop] : [])]);
      const task = (meter: Meter) => readAnswer(chosen.model.stream(request, meter, signal), most, signal);
      // The demo is no provider, and costs nothing.
      const kind = asked.purpose === 'title' ? 'title' : 'short';
      const read = await (choice.provider
        ? spend({ kind, spender, settings, choice }, task)
        : task(UNMETERED));
      if ('text' in read) return read;
      return {
        notice: read.failure ? failureNotice(read.failure, choice, told) : (en.notices.endings.refused ?? ''),
      };
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof VaultError)) throw error;
      return { notice: failureNotice(ownFailure(error), choice, told) };
    }
  };
}

/** Reads a stream to its end, or until it is too long. */
async function readAnswer(
  chunks: ReturnType<Model['stream']>,
  most: number,
  signal: AbortSignal,
): Promise<{ text: string } | { failure: Failure | undefined }> {
  let text = '';
  let failure: Failure | undefined = { kind: 'cut' };
  for await (const chunk of chunks) {
    if (chunk.type === 'text') text += chunk.text;
    if (chunk.type === 'retract') text = '';
    if (chunk.type === 'end')
      failure = chunk.end === 'stopped' && signal.aborted ? { kind: 'late' } : chunk.failure;
    if (text.length > most) break;
  }
  const shown = shortened(seenText(text.toWellFormed()).trim(), most);
  const isWhole = failure === undefined || text.length > most;
  return shown !== '' && isWhole ? { text: shown } : { failure };
}

/** The text, cut behind a whole character where it is too long. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const [...characters] = text.slice(0, most);
  // A surrogate pair that was cut is one half at the end.
  if (!(characters.at(-1) ?? '').isWellFormed()) characters.pop();
  return `${characters.join('').trimEnd()} …`;
}

const digest = (...texts: string[]) =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 32);
