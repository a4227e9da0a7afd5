/**
 * Makes the next note of a conversation in the background, once its window is four fifths full: of the turns that the
 * window will let go when it is full. The request begins like those of the answers, so the provider has most of it in its
 * prompt cache.
 */
import type { Logger } from 'pino';
import { StoreError } from '../../errors.ts';
import type { Choice } from '../../models/catalog/choose.ts';
import {
  type Failure,
  type Meter,
  type Model,
  type ModelChunk,
  ModelError,
  type ModelRequest,
} from '../../models/model.ts';
import { whereFrom } from '../../reports/where-from.ts';
import { summaryPrompt } from '../../sentences/prompts.ts';
import type { TenantSettings } from '../../settings.ts';
import type { Attachments, Note, Notes, StoredTurn, Transcripts } from '../../storage.ts';
import type { ConversationId, Message } from '../../types.ts';
import { quotedName } from '../speech.ts';
import { cutNote, noteMessage } from './note.ts';
import { isShown, showTurns } from './shown-turns.ts';
import { byteOf, readBack, type Window, windowStart } from './window.ts';

/** A turn that was answered and kept. */
export interface AnsweredTurn {
  message: Message;
  /** UTF-8 bytes of the answer. */
  answerBytes: number;
  /** The window in which it was answered. */
  window: Window;
  model: Model;
  choice: Choice;
  settings: TenantSettings;
  /** IANA: the zone of the times in the request. */
  timeZone: string;
  /** The request for the answer. */
  request: Omit<ModelRequest, 'messages'>;
}

export interface NoteMakerOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  summaries: Notes;
  /** Runs a task with the meter of a summary, charged to the author of the message. */
  metered<T>(turn: AnsweredTurn, task: (meter: Meter) => Promise<T>): Promise<T>;
  /** UTF-8 bytes that a note may have. */
  mostBytes: number;
  log: Logger;
}

export interface NoteMaker {
  /** Makes the next note if it is due. Resolves when it is kept or given up; never throws. */
  turnKept(turn: AnsweredTurn): Promise<void>;
  /** Gives up what is being made. */
  stop(): Promise<void>;
}

/** The part of the window that is full when the next note is made. */
const NEARLY_FULL = 4 / 5;
/** Deadline of a note, ms. */
const NOTE_MS = 120_000;
/** How long nobody else begins the same note, ms. A note that failed is not tried again before. */
const CLAIM_MS = NOTE_MS + 30_000;
/** Turns read at once. */
const PAGE = 16;
/** UTF-8 bytes of a word with its space. */
const WORD_BYTES = 6;
/** A model that goes on beyond this multiple of the most bytes is cut off. */
const RUNAWAY = 2;
/** Days that the model is told of, the newest ones. */
const MOST_DAYS = 60;
/** Characters by which the first message of a day is told. */
const HEAD_CHARACTERS = 60;

export function createNoteMaker(options: NoteMakerOptions): NoteMaker {
  const { log } = options;
  const stopping = new AbortController();
  const making = new Map<ConversationId, Promise<void>>();

  async function make(turn: AnsweredTurn, target: Target): Promise<void> {
    const { conversation } = turn.message;
    const startedAt = performance.now();
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(NOTE_MS)]);
      const outcome = await makeNote(turn, target, options, signal);
      if (outcome) log.info({ conversation, outcome, ms: Math.round(performance.now() - startedAt) }, 'note');
    } catch (error) {
      if (stopping.signal.aborted) return;
      const failure = error instanceof ModelError ? error.failure.kind : undefined;
      if (failure) log.info({ conversation, failure }, 'no note');
      // The store logs its own failures.
      else
        log[error instanceof StoreError ? 'debug' : 'error'](
          { conversation, error: whereFrom(error) },
          'no note',
        );
    }
  }

  return {
    async turnKept(turn) {
      const { conversation } = turn.message;
      const target = targetOf(turn);
      if (!target || making.has(conversation) || stopping.signal.aborted) return;
      const made = make(turn, target).finally(() => making.delete(conversation));
      making.set(conversation, made);
      await made;
    },
    async stop() {
      stopping.abort();
      await Promise.all(making.values());
    },
  };
}

/** The beginning of the next window. */
interface Target {
  /** Bytes from the conversation's origin. */
  byte: number;
  /** The seq of the first turn in it. */
  seq: number;
}

/** Undefined: no note is due yet. */
function targetOf({ message, answerBytes, window }: AnsweredTurn): Target | undefined {
  const { turns, origin, start, size, most, step } = window;
  const now = size + answerBytes;
  if (now - start < most * NEARLY_FULL) return undefined;
  // One long turn can fill the window beyond its end.
  const byte = Math.max(start + step, windowStart(now, window));
  const own = turns.find(({ message: { id } }) => id === message.id);
  const first = turns.find(({ offset }) => offset >= byteOf(byte, origin));
  const seq = first?.seq ?? (own && own.seq + 1);
  return seq === undefined ? undefined : { byte, seq };
}

/** Undefined: there is nothing to do, or somebody else is at it. */
async function makeNote(
  turn: AnsweredTurn,
  target: Target,
  options: NoteMakerOptions,
  signal: AbortSignal,
): Promise<'kept' | 'forgotten meanwhile' | undefined> {
  const { summaries, mostBytes } = options;
  const { conversation } = turn.message;
  const { origin } = turn.window;
  const isNext = ({ from, upTo }: Note) => from >= origin.seq && upTo >= target.seq;
  if ((await summaries.read(conversation)).some(isNext)) return undefined;
  // The claim comes before the turns are read: of a turn that is forgotten from now on, no note is kept.
  const begun = await summaries.begin(conversation, CLAIM_MS);
  if (!begun || begun.notes.some(isNext)) return undefined;
  const base = begun.notes.findLast(({ from }) => from >= origin.seq);
  const turns = await turnsFor(turn, target, base, options);
  const [first] = turns;
  if (!first) return undefined;
  const request: ModelRequest = {
    ...turn.request,
    messages: [
      ...(base ? [noteMessage(base)] : []),
      ...(await showTurns(turns, undefined, { ...options, timeZone: turn.timeZone })),
      {
        role: 'user',
        text: summaryPrompt({ mostWords: Math.floor(mostBytes / WORD_BYTES), days: daysOf(turns) }),
      },
    ],
  };
  const written = await options.metered(turn, (meter) =>
    readText(turn.model.stream(request, meter, signal), mostBytes),
  );
  const text = cutNote(written, mostBytes);
  if (text === '') throw new ModelError({ kind: 'empty' });
  const note = { from: base?.from ?? first.seq, upTo: target.seq, text, model: turn.choice.model };
  return (await summaries.keep(conversation, begun.claim, note)) ? 'kept' : 'forgotten meanwhile';
}

/** The turns since the last note, but no more than a window holds, and at least the last one. */
async function turnsFor(
  { message: { conversation }, window }: AnsweredTurn,
  target: Target,
  base: Note | undefined,
  { transcripts }: Pick<NoteMakerOptions, 'transcripts'>,
): Promise<StoredTurn[]> {
  const { origin, most, held } = window;
  const page = await transcripts.read(conversation, { limit: PAGE, before: target.seq });
  const last = page.turns.at(-1)?.offset ?? 0;
  const byte = Math.min(last, byteOf(Math.max(0, target.byte - most), origin));
  // A turn that is held is in the prompts of the answers, and so in the cache.
  const from = Math.min(base?.upTo ?? origin.seq, held?.seq ?? Number.POSITIVE_INFINITY);
  const { turns } = await readBack(transcripts, conversation, { from, byte }, page);
  return turns.filter(isShown);
}

/** @throws ModelError */
async function readText(chunks: AsyncIterable<ModelChunk>, mostBytes: number): Promise<string> {
  let text = '';
  for await (const chunk of chunks) {
    if (chunk.type === 'text') text += chunk.text;
    else if (chunk.type === 'retract') text = '';
    else if (chunk.type === 'end' && chunk.end !== 'stop' && chunk.end !== 'length')
      throw new ModelError(failureIn(chunk));
    if (Buffer.byteLength(text) > mostBytes * RUNAWAY) break;
  }
  return text;
}

const failureIn = ({ end, failure }: { end: string; failure?: Failure }): Failure =>
  failure ?? { kind: end === 'refused' ? 'refused' : 'late' };

/** The days on which the turns were said: the messages themselves have no date. */
function daysOf(turns: StoredTurn[]): [day: string, head: string][] {
  const days = new Map<string, string>();
  for (const { message } of turns) {
    const day = new Date(message.at).toISOString().slice(0, 10);
    if (!days.has(day)) days.set(day, quotedName(message.text, HEAD_CHARACTERS));
  }
  return [...days].slice(-MOST_DAYS);
}
