/** Answers a message: reads settings and context, streams the model, yields chunks, and keeps the turn. */

import type { Logger } from 'pino';
import type { Choice, ModelChooser } from '../models/catalog/choose.ts';
import { type ModelChunk, ModelError, UNMETERED } from '../models/model.ts';
import type { HostedFile } from '../models/tool.ts';
import type { OwnMeter } from '../money/metering/meter.ts';
import type { Charge } from '../money/metering/reservation.ts';
import type { Spending } from '../money/metering/spending.ts';
import type { Spender } from '../money/spender.ts';
import { whereFrom } from '../reports/where-from.ts';
import { askedModel, noteResponse } from '../responses/asked-model.ts';
import type { ResponseCache } from '../responses/response-cache.ts';
import { en } from '../sentences/en.ts';
import { failureNotice } from '../sentences/failure-notice.ts';
import { createSeenText } from '../text/unseen.ts';
import { type Chunk, type Message, readerOf, type TenantId, type Turn } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type AnswerSoFar, createAnswerSoFar } from './answer-so-far.ts';
import type { Documents } from './asking/documents.ts';
import { isUnread, readDocuments, unreadIn } from './asking/read-documents.ts';
import { requestFor, type Summarised } from './asking/request.ts';
import { heardBy, isAudio, removeWritten } from './asking/voice.ts';
import type { ContextOptions } from './context.ts';
import { endOf, isKeptAfter, type ModelEnding, noticeOf, ownFailure, turnOf } from './ending.ts';
import { createKeptTurns, persistently } from './kept-turns.ts';
import { idsOf, recordOf, type TurnRecord } from './log-record.ts';
import type { NoteMaker } from './past/note-maker.ts';
import { type Attempt, RESTART } from './queue.ts';
import { contentOf, createMadeFiles, type MadeFiles } from './tools/made-files.ts';

export interface EngineOptions extends ContextOptions {
  models: ModelChooser;
  /** Absent: what the window lets go is not summarised. */
  noteMaker?: NoteMaker;
  /** Absent: no answer is given again. */
  responses?: ResponseCache;
  /** The time zone of tenants that chose none. */
  timeZone?: string;
  spending: Spending;
  documents: Documents;
  /** The person who is charged for a message. */
  spenderOf(message: Message): Spender;
  log: Logger;
  /** The words of the tenant's platform. Never throws. */
  vocabularyOf(tenant: TenantId): Vocabulary;
  /** Whether the operator has blocked the asker or the place while the message waited. @throws StoreError */
  isBlocked(message: Message): Promise<boolean>;
  /** Called with a turn's log record once the turn has ended. */
  onTurn?: (record: TurnRecord) => void;
}

export interface Engine {
  /**
   * Yields texts and statuses, then one end chunk, which comes once the turn is kept. Never throws. Aborted with
   * RESTART, SHUTDOWN or LOST, it keeps nothing: the message is answered again, here or by another process.
   */
  respond(message: Message, attempt: Attempt): AsyncGenerator<Chunk, void, void>;
}

/** One attempt at an answer, while it is being made. */
interface Answering {
  message: Message;
  attempt: Attempt;
  /** By `performance.now()`. */
  startedAt: number;
  answer: AnswerSoFar;
  choice: Choice | undefined;
  /** The message with its voice messages as text, and its documents read. */
  heard: Message;
  /** The facts that the next note needs. Absent: none is made. */
  summarised?: Summarised;
  /** Absent until a model is chosen. */
  meter?: OwnMeter;
  ended: ModelEnding;
  /** Pictures and files of this answer. */
  made: MadeFiles;
}

export function createEngine(options: EngineOptions): Engine {
  const { log } = options;
  const keptTurns = createKeptTurns(options);

  /** Keeps the turn and reports it. Returns its end chunk. */
  async function finish(answering: Answering): Promise<Chunk> {
    const { message, attempt, answer, choice, heard, ended } = answering;
    const told = { reader: readerOf(message), words: options.vocabularyOf(message.tenant) };
    const files = filesOf(answering);
    const end = endOf(ended, answer.hasText() || files !== undefined, attempt.signal);
    const timeZone = ended.repeated ? await timeZoneOf(attempt, options) : undefined;
    let notice = noticeOf(end, ended, { choice, told, timeZone, unread: unreadIn(heard) }, attempt.signal);
    const thoughts = answer.thoughts();
    const charge = answering.meter?.charge();
    const turn: Turn = {
      ...turnOf(heard, answer.text(), end, notice, ended, choice),
      ...thoughts,
      ...files,
      ...bookingsOf(answering),
    };
    try {
      if (isKeptAfter(ended, attempt.signal)) {
        await keptTurns.keep(turn, attempt, charge);
        await removeWritten(message, heard, options);
        summarise(answering, options);
        await noteResponse(turn, options);
      } else await discard(answering, charge, options);
    } catch (error) {
      const isLost = turn.answer === '';
      notice = isLost ? failureNotice({ kind: 'store' }, choice, told) : en.notices.notKept;
      log.error({ ...idsOf(message), error: whereFrom(error) }, 'turn not kept');
    }
    const record = recordOf(answering, end);
    log.info(record, 'turn');
    options.onTurn?.(record);
    return {
      type: 'end',
      end,
      ...(notice !== undefined && { notice }),
      ...(thoughts && { hasThoughts: true }),
    };
  }

  return {
    async *respond(message, attempt) {
      if (attempt.mode !== 'answer') return yield* keptTurns.show(message, attempt);
      const answering = begin(message, attempt, options);
      attempt.draft(answering.answer.text);
      let last: Chunk;
      try {
        yield* ask(answering, options);
      } catch (error) {
        answering.ended = { end: 'error', failure: ownFailure(error) };
        if (!(error instanceof ModelError))
          log.error({ ...idsOf(message), error: whereFrom(error) }, 'turn failed');
      } finally {
        last = await finish(answering);
      }
      yield last;
    },
  };
}

function begin(message: Message, attempt: Attempt, { attachments }: EngineOptions): Answering {
  return {
    message,
    attempt,
    startedAt: performance.now(),
    answer: createAnswerSoFar(),
    choice: undefined,
    heard: message,
    // Stays if the reader of the chunks leaves before their end.
    ended: { end: 'interrupted', failure: { kind: 'bug' } },
    made: createMadeFiles(attachments, message),
  };
}

/** Ends an attempt that keeps no turn. The next attempt goes on with its files, unless it begins anew. */
async function discard(
  { attempt, made }: Answering,
  charge: Charge | undefined,
  { spending }: EngineOptions,
): Promise<void> {
  if (charge) await spending.settle(charge);
  if (attempt.signal.reason === RESTART) await made.drop();
}

/** Asks the tenant's model, and notes in `answering` how its stream ended. */
async function* ask(answering: Answering, options: EngineOptions): AsyncGenerator<Chunk, void, void> {
  const { message, answer } = answering;
  const { signal } = answering.attempt;
  const { models, spending } = options;
  if (signal.aborted) {
    answering.ended = { end: 'stopped' };
    return;
  }
  if (await persistently(() => options.isBlocked(message))) {
    answering.ended = { end: 'error', failure: { kind: 'blocked' } };
    return;
  }
  const settings = await persistently(answering.attempt.settings);
  const { model, persona, choice, transcriber } = await persistently(() =>
    models.choose(message.tenant, settings),
  );
  answering.choice = choice;
  const cause = { spender: options.spenderOf(message), settings, choice };
  if (message.attachments.some(isAudio)) {
    yield { type: 'status', status: 'thinking' };
    answering.heard = await heardBy(message, cause, transcriber, options, signal);
  }
  if (message.attachments.some(isUnread)) {
    yield { type: 'status', status: 'thinking' };
    answering.heard = await readDocuments(answering.heard, options, signal);
  }
  const { request, summarised } = await requestFor(answering.heard, { model, persona, ...cause }, options);
  if (summarised) answering.summarised = summarised;
  if (choice.provider)
    answering.meter = spending.meterOf({ kind: 'answer', ...cause, attempt: answering.attempt.reference });
  const asked = askedModel(model, { message, ...cause }, options);
  for await (const chunk of withoutUnseen(asked.stream(request, answering.meter ?? UNMETERED, signal))) {
    if (chunk.type === 'end') {
      answering.ended = chunk;
      return;
    }
    answer.add(chunk);
    if (chunk.type === 'file') yield* keepHosted(chunk.file, answering);
    if (chunk.type === 'text' || chunk.type === 'status' || chunk.type === 'retract') yield chunk;
    if (answer.isTooLong()) {
      answering.ended = { end: 'length' };
      return;
    }
  }
}

/** Has the next note made, if the turn filled the window. */
function summarise({ heard, answer, ended, summarised }: Answering, { noteMaker }: EngineOptions): void {
  if (!summarised || (ended.end !== 'stop' && ended.end !== 'length')) return;
  // An answer that is given again makes no request of any kind.
  if (ended.repeated) return;
  // Nobody waits for it.
  void noteMaker?.turnKept({ ...summarised, message: heard, answerBytes: Buffer.byteLength(answer.text()) });
}

async function timeZoneOf({ settings }: Attempt, { timeZone }: EngineOptions): Promise<string | undefined> {
  return (await settings().catch(() => undefined))?.timeZone ?? timeZone;
}

/** Keeps a file that the provider made. One that cannot be shown is left out. */
async function* keepHosted(hosted: HostedFile, { made }: Answering): AsyncGenerator<Chunk, void, void> {
  const content = contentOf(hosted);
  const kept = content && (await persistently(() => made.keep(content)));
  if (kept && 'file' in kept) yield { type: 'file', file: kept.file };
}

function filesOf({ made }: Answering): Pick<Turn, 'files'> | undefined {
  const files = made.list();
  return files.length > 0 ? { files } : undefined;
}

function bookingsOf({ meter }: Answering): Pick<Turn, 'bookings'> {
  const bookings = meter?.bookings() ?? [];
  return bookings.length > 0 ? { bookings } : {};
}

/** The chunks without invisible characters that mislead. */
async function* withoutUnseen(chunks: AsyncIterable<ModelChunk>): AsyncGenerator<ModelChunk, void, void> {
  let seen = createSeenText();
  const shown = (text: string) => (text === '' ? [] : [{ type: 'text' as const, text }]);
  for await (const chunk of chunks) {
    if (chunk.type === 'text') {
      yield* shown(seen.add(chunk.text));
      continue;
    }
    if (chunk.type === 'retract') seen = createSeenText();
    if (chunk.type === 'end') yield* shown(seen.end());
    yield chunk;
  }
}
