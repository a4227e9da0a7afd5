/** Handles questions that are deleted, by their author or by a proxy bot that repeats them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { AnswerRecord, Records } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { ShownBy } from '../../../chat/answer/shown-by.ts';
import { ShowError, type Surface } from '../../../chat/answer/surface.ts';
import type { ChatDeletions } from '../../../chat/inbox/chat-platform.ts';
import type { AdapterState } from '../../../core/platform.ts';
import { createRecent } from '../../../core/recent.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { LiveTurn, TurnQueue } from '../../../core/turn/queue.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { channelOf } from '../ids.ts';
import type { Update } from './asked.ts';
import type { IncomingMessage } from './callers.ts';
import { createProxies, type DeletedQuestion, type Ended, type Proxies } from './proxies.ts';
import { removeEmptyThread } from './threads.ts';

/** `isGone` waits while a deletion is being looked up. */
export interface Deletions extends ChatDeletions {
  /** Notes a message that came, before anything is waited for. Returns the message to take, if any. */
  came(message: IncomingMessage): IncomingMessage | undefined;
  /** Notes an edit of a message. */
  edited(update: Update): void;
  /** Notes that the message was not for Parley. */
  notAsked(id: string): void;
  /** @throws StoreError */
  deleted(id: string): Promise<void>;
  /** The surface of an answer. Shows nothing while its question may be deleted. */
  surfaceOf(turn: string, record: AnswerRecord, by?: ShownBy): Promise<Surface | undefined>;
}

export interface DeletionsOptions {
  rest: REST;
  botId(): string;
  /** Call only once the adapter is made. */
  answering(): Answering;
  surfaces: Surfaces;
  records: Records;
  adapterState: AdapterState;
  transcripts: Transcripts;
  queue: TurnQueue;
  log: Logger;
  /** Takes a message that was skipped before. */
  takeAgain(message: IncomingMessage): void;
}

const MOST_GONE = 10_000;
/** How long a deletion is remembered (ms): longer than any fetching of files takes. */
const GONE_MS = 5 * 60_000;
/** Key prefix, by the webhook's message, of the question it repeats. Kept as long as the answer's record. */
const STAND_IN = 'stand-in|';
const STAND_IN_MS = 90 * 24 * 3_600_000;
/** Waits (ms) between checks whether an answer is still being written. */
const WRITTEN_WAITS_MS = [50, 200, 500, 1_000];

export function createDeletions(options: DeletionsOptions): Deletions {
  const { rest, botId, answering, records, adapterState, transcripts, queue } = options;
  const proxies = createProxies();
  const gone = createRecent<string, true>(MOST_GONE, { ttl: GONE_MS });
  const sayAgain = createSayingAgain(options);

  /** Deletions under way, by message. They do not see a question that is stored meanwhile. */
  const taking = new Map<string, Promise<void>>();

  async function take(id: string): Promise<void> {
    answering().messageDeleted(id);
    const turn = (await records.read(id)) ? id : await adapterState.read<string>(STAND_IN + id);
    const record = turn === undefined ? undefined : await records.read(turn);
    // The model has been asked already. If the answer were stopped and a webhook then repeated the question,
    // the model would be asked again.
    const isRunning = record && (await phaseOf(queue, id, record)) === 'answering';
    if ((proxies.standIn(id) || isRunning) && (await proxies.isSaidAgain(id))) {
      const standIn = proxies.standIn(id);
      if (standIn) await adapterState.write(STAND_IN + standIn, id, STAND_IN_MS);
      return;
    }
    gone.set(turn ?? id, true);
    const kept = record && (await transcripts.find(record.conversation, id));
    proxies.takenBack(id, record && kept?.end ? { turn: kept, record } : undefined);
    if (turn !== undefined) await withdraw(turn);
  }

  async function withdraw(turn: string): Promise<void> {
    const record = await records.read(turn);
    if (!record) return;
    // Before its first word an answer leaves nothing; messages that appear meanwhile are removed too.
    const isBlank = record.ids.length === 0;
    await answering().withdraw(turn, record, false);
    if (isBlank && channelOf(record.conversation) === turn) await removeEmptyThread(rest, turn, botId());
  }

  return {
    came(message) {
      if (message.webhook_id) {
        const before = message.author.id === botId() ? undefined : proxies.repeated(message);
        if (before) sayAgain(message, before);
        return undefined;
      }
      if (message.guild_id && !message.author.bot) proxies.said(message);
      return message;
    },
    edited: proxies.edited,
    notAsked: proxies.notAsked,
    async deleted(id) {
      const work = take(id);
      taking.set(id, work);
      try {
        await work;
      } finally {
        taking.delete(id);
      }
    },
    async isGone(id) {
      await taking.get(id)?.catch(() => {});
      return gone.has(id);
    },
    withdraw,
    surfaceOf: createHeldBack(options.surfaces, proxies, (turn) => gone.has(turn)),
  };
}

/** Surfaces of answers that show nothing while their question may be deleted. */
function createHeldBack(
  surfaces: Surfaces,
  proxies: Proxies,
  isGone: (turn: string) => boolean,
): Deletions['surfaceOf'] {
  return async (turn, record, by) => {
    const surface = await surfaces.ofAnswer(turn, record, by);
    if (!surface) return undefined;
    return {
      ...surface,
      async post(part, index, ...how) {
        if (index > 0) return surface.post(part, index, ...how);
        const isMoved = await proxies.whenKnown(turn);
        if (isGone(turn)) throw new ShowError('gone');
        const replyTo = isMoved && record.replyTo ? proxies.standIn(turn) : undefined;
        const instead = replyTo && (await surfaces.ofAnswer(turn, { ...record, replyTo }, by));
        return (instead || surface).post(part, index, ...how);
      },
    };
  };
}

/** A webhook repeats a deleted question. An answer that had ended stays, as the answer to the repetition. */
function createSayingAgain(options: DeletionsOptions) {
  const { answering, records, transcripts, queue, log } = options;

  async function sayAgain({ id, content, attachments, timestamp }: IncomingMessage, before: DeletedQuestion) {
    const { message, ended } = before;
    if (ended) return keepFor(id, ended);
    const record = await records.read(message.id);
    if (record) await answering().withdraw(message.id, record, true);
    options.takeAgain({ ...message, id, content, attachments, timestamp });
  }

  async function keepFor(id: string, { turn, record }: Ended): Promise<void> {
    const { seq: _seq, offset: _offset, ...kept } = turn;
    const again = { ...kept, message: { ...turn.message, id } };
    await records.write(id, { ...record, replyTo: id });
    await records.remove(turn.message.id);
    await transcripts.append(record.conversation, again);
    // Wait until the answer is no longer being written.
    for (const wait of WRITTEN_WAITS_MS) if (await phaseOf(queue, turn.message.id, record)) await sleep(wait);
    // Its buttons now belong to the repeated question.
    await answering().showKept({ ...turn, message: again.message });
  }

  return (message: IncomingMessage, before: DeletedQuestion): void => {
    sayAgain(message, before).catch((error: unknown) => {
      log.error({ error: whereFrom(error) }, 'repeated question not taken');
    });
  };
}

async function phaseOf(
  queue: TurnQueue,
  turn: string,
  { conversation }: AnswerRecord,
): Promise<LiveTurn['phase'] | undefined> {
  return (await queue.live(conversation)).find(({ id }) => id === turn)?.phase;
}
