/** Answers a message: reads settings and context, streams the model, yields chunks, and keeps the turn. */

import { ModelError } from '../models/model.ts';
import type { Charge } from '../money/metering/reservation.ts';
import { whereFrom } from '../reports/where-from.ts';
import { noteResponse } from '../responses/asked-model.ts';
import { en } from '../sentences/en.ts';
import { failureNotice } from '../sentences/failure-notice.ts';
import { type Chunk, type End, type Message, readerOf, type TenantId, type Turn } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { ask } from './asking/ask.ts';
import { type AskOptions, type AttemptedAnswer, beginAnswering } from './asking/attempted-answer.ts';
import { unreadIn } from './asking/read-documents.ts';
import { removeWritten } from './asking/voice.ts';
import { endOf, isKeptAfter, noticeOf, ownFailure, turnOf } from './ending.ts';
import { createKeptTurns } from './kept-turns.ts';
import { idsOf, recordOf, type TurnRecord } from './log-record.ts';
import type { NoteMaker } from './past/note-maker.ts';
import { type Attempt, RESTART } from './queue.ts';
import { endedRounds } from './rounds/round-messages.ts';

export interface EngineOptions extends AskOptions {
  /** Absent: what the window lets go is not summarised. */
  noteMaker?: NoteMaker;
  /** The time zone of tenants that chose none. */
  timeZone?: string;
  /** The words of the tenant's platform. Never throws. */
  vocabularyOf(tenant: TenantId): Vocabulary;
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

export function createEngine(options: EngineOptions): Engine {
  const { log } = options;
  const keptTurns = createKeptTurns(options);

  /** Keeps the turn and reports it. Returns its end chunk. */
  async function finish(answering: AttemptedAnswer): Promise<Chunk> {
    answering.ended = withFiles(answering);
    const { message, attempt, answer, choice, heard, ended } = answering;
    const told = { reader: readerOf(message), words: options.vocabularyOf(message.tenant) };
    const files = filesOf(answering);
    const end = endOf(ended, answer.hasText() || files !== undefined, attempt.signal);
    const timeZone = ended.repeated ? await timeZoneOf(attempt, options) : undefined;
    let notice = noticeOf(end, ended, { choice, told, timeZone, unread: unreadIn(heard) }, attempt.signal);
    const thoughts = answer.thoughts();
    const charge = answering.meter?.charge();
    const turn = turnIn(answering, end, notice);
    try {
      if (isKeptAfter(ended, attempt.signal)) {
        await keptTurns.keep(turn, attempt, charge);
        await removeWritten(message, heard, options);
        summarise(answering, options);
        await noteResponse(turn, options);
      } else await discard(answering, charge, options);
    } catch (error) {
      const isLost = turn.answer === '' && !turn.files;
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
      ...(turn.model !== undefined && { model: turn.model }),
    };
  }

  return {
    async *respond(message, attempt) {
      if (attempt.mode !== 'answer') return yield* keptTurns.show(message, attempt);
      const answering = beginAnswering(message, attempt, options);
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

/** An answer with files needs no words. */
function withFiles({ ended, made }: AttemptedAnswer): AttemptedAnswer['ended'] {
  const { failure, ...rest } = ended;
  return failure?.kind === 'empty' && made.list().length > 0 ? { ...rest, end: 'stop' } : ended;
}

/** Ends an attempt that keeps no turn. The next attempt goes on with its files, unless it begins anew. */
async function discard(
  { attempt, made }: AttemptedAnswer,
  charge: Charge | undefined,
  { spending }: EngineOptions,
): Promise<void> {
  if (charge) await spending.settle(charge);
  if (attempt.signal.reason === RESTART) await made.drop();
}

/** Has the next note made, if the turn filled the window. */
function summarise(
  { heard, answer, ended, summarised }: AttemptedAnswer,
  { noteMaker }: EngineOptions,
): void {
  if (!summarised || (ended.end !== 'stop' && ended.end !== 'length')) return;
  // An answer that is given again makes no request of any kind.
  if (ended.repeated) return;
  // Nobody waits for it.
  void noteMaker?.turnKept({ ...summarised, message: heard, answerBytes: Buffer.byteLength(answer.text()) });
}

async function timeZoneOf({ settings }: Attempt, { timeZone }: EngineOptions): Promise<string | undefined> {
  return (await settings().catch(() => undefined))?.timeZone ?? timeZone;
}

function filesOf({ made }: AttemptedAnswer): Pick<Turn, 'files'> | undefined {
  const files = made.list();
  return files.length > 0 ? { files } : undefined;
}

function sourcesOf({ cited }: AttemptedAnswer): Pick<Turn, 'sources'> | undefined {
  const sources = cited?.() ?? [];
  return sources.length > 0 ? { sources } : undefined;
}

function turnIn(answering: AttemptedAnswer, end: End, notice: string | undefined): Turn {
  const { heard, answer, ended, choice } = answering;
  return {
    ...turnOf(heard, answer.text(), end, notice, ended, choice),
    endedAt: Date.now(),
    ...answer.thoughts(),
    ...filesOf(answering),
    ...roundsOf(answering),
    ...sourcesOf(answering),
    ...bookingsOf(answering),
  };
}

function roundsOf({ journal: { rounds } }: AttemptedAnswer): Pick<Turn, 'rounds'> {
  return rounds.length > 0 ? { rounds: endedRounds(rounds) } : {};
}

function bookingsOf({ meter, journal }: AttemptedAnswer): Pick<Turn, 'bookings'> {
  const bookings = [...(journal.bookings ?? []), ...(meter?.bookings() ?? [])];
  return bookings.length > 0 ? { bookings } : {};
}
