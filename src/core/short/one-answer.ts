/** Asks a tenant's model once, outside any turn, for a short text. */
import type { Chosen } from '../models/catalog/choose.ts';
import { type Failure, type Meter, ModelError, type ModelRequest, UNMETERED } from '../models/model.ts';
import type { CallCause, Spending } from '../money/metering/spending.ts';
import { en } from '../sentences/en.ts';
import { failureNotice, type Told } from '../sentences/failure-notice.ts';
import { seenText } from '../text/unseen.ts';

export interface OneAnswerOptions {
  spend: Spending['run'];
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
}

export interface OneQuestion {
  chosen: Pick<Chosen, 'model' | 'choice'>;
  request: ModelRequest;
  /** The call as it is booked. */
  cause: Omit<CallCause, 'choice'>;
  /** Most characters that are read of the answer. */
  most: number;
  /** Longest wait for the whole text, ms. */
  longestMs: number;
  /** The person who reads the sentence about a failure. */
  told: Told;
}

/** A text of the model's, or a sentence of Parley's that says why there is none. */
export type OneAnswer = { text: string } | { notice: string };

/** @throws StoreError */
export type AskOnce = (question: OneQuestion) => Promise<OneAnswer>;

export function createAskOnce({ spend, shutdown }: OneAnswerOptions): AskOnce {
  return async ({ chosen, request, cause, most, longestMs, told }) => {
    const { model, choice } = chosen;
    const signal = AbortSignal.any([shutdown, AbortSignal.timeout(longestMs)]);
    const task = (meter: Meter) => readAnswer(model.stream(request, meter, signal), most, signal);
    try {
      // The demo is no provider, and costs nothing.
      const read = await (choice.provider ? spend({ ...cause, choice }, task) : task(UNMETERED));
      if ('text' in read) return read;
      return {
        notice: read.failure ? failureNotice(read.failure, choice, told) : (en.notices.endings.refused ?? ''),
      };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { notice: failureNotice(error.failure, choice, told) };
    }
  };
}

/** Reads a stream to its end, or until it is too long. */
async function readAnswer(
  chunks: ReturnType<Chosen['model']['stream']>,
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
