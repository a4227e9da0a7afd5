/**
 * Takes messages in order, after those that were missed in the same place, and once each, even while the store
 * is away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { CatchUp, Marks, Progress } from '../../../chat/catch-up.ts';
import { untilStored } from '../../../chat/until-stored.ts';
import { createLanes } from '../../../core/lanes.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { BUG_NOTICE, LATER_NOTICE } from '../../../core/sentences/notices.ts';
import { shardOf } from '../ids.ts';
import { type Directory, isThread } from '../reading/directory.ts';
import type { Update } from './asked.ts';
import type { Incoming, IncomingMessage } from './incoming.ts';
import { type Missed, markOf, shardIn } from './missed.ts';
import type { Questions } from './questions.ts';

export interface Intake {
  /** Takes a message from the gateway. Never throws. */
  take(message: IncomingMessage): Promise<void>;
  /** Takes a message that was skipped before. Never throws. */
  takeAgain(message: IncomingMessage): Promise<void>;
  edited(update: Update): Promise<void>;
  /** Takes what was missed: after a start, and after a connection that could not be resumed. */
  takeMissed(marks: Marks, signal: AbortSignal, shard: string, progress: Progress): Promise<void>;
}

export interface IntakeOptions {
  directory: Directory;
  incoming: Incoming;
  missed: Missed;
  /** Call these only once the adapter is made. */
  questions(): Questions;
  catchUp(): CatchUp;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
}

/** Longest wait for Discord's list of servers, which it sends right after a connection is ready, ms. */
const SERVERS_MS = 15_000;
const SERVERS_EVERY_MS = 100;
/** Ids of taken messages kept in memory, so that a redelivery costs no read. */
const MOST_TAKEN = 10_000;

export function createIntake(options: IntakeOptions): Intake {
  const { directory, incoming, missed, questions, catchUp, log } = options;
  const lanes = createLanes();
  const taken = new LRUCache<string, true>({ max: MOST_TAKEN });

  /** Handles the messages of one lane in order, however long their files take. */
  function inOrder<M extends Update>(message: M, work: (message: M) => Promise<void>): Promise<void> {
    const { channel_id: channel, guild_id: guild, author } = message;
    const known = directory.known(channel);
    // In a channel each person has a lane. A place that may be a thread counts as a thread.
    const isOwn = guild && known && !isThread(known);
    return lanes.run(isOwn ? `${channel} ${author?.id}` : channel, () => work(message));
  }

  /** Handles a message from the gateway after those that were missed in its channel. */
  async function afterMissed<M extends Update>(
    message: M,
    work: (message: M) => Promise<void>,
  ): Promise<void> {
    const reading = catchUp().whenRead(markOf(message.channel_id, message.guild_id));
    if (reading) await reading;
    return inOrder(message, work);
  }

  async function takeMissed(
    marks: Marks,
    signal: AbortSignal,
    shard: string,
    progress: Progress,
  ): Promise<void> {
    const { id, count } = shardIn(shard);
    // Discord first sends the servers with their channels and roles, which decide who may ask.
    const isWhole = () => directory.isWhole((guild) => shardOf(guild, count) === id);
    for (let waited = 0; !isWhole() && waited < SERVERS_MS; waited += SERVERS_EVERY_MS)
      await sleep(SERVERS_EVERY_MS, undefined, { signal });
    const taking: Promise<void>[] = [];
    for await (const message of missed.read(marks, shardIn(shard), signal, progress))
      if (!(await incoming.isForgotten(message))) taking.push(inOrder(message, take));
    await Promise.all(taking);
  }

  async function take(message: IncomingMessage): Promise<void> {
    // Discord sent the message again after a resume.
    if (taken.has(message.id)) return;
    const place = { channel: message.channel_id, message: message.id };
    try {
      // Discord sends a message only once, so it is retried here.
      await untilStored(() => takeOnce(message), {
        async onAway() {
          log.warn(place, 'message waits for the store');
          await sayIfNamed(message, LATER_NOTICE);
        },
        shutdown: options.shutdown,
      });
    } catch (error) {
      log.error({ ...place, error: whereFrom(error) }, 'message not taken');
      await sayIfNamed(message, BUG_NOTICE);
    }
  }

  async function takeOnce(message: IncomingMessage): Promise<void> {
    if (!taken.has(message.id)) {
      if (!(await questions().take(message))) return;
      taken.set(message.id, true);
    }
    await catchUp().seen(markOf(message.channel_id, message.guild_id), message.id);
  }

  /** Says something to a person who expects an answer, as far as Parley can tell that without the store. */
  async function sayIfNamed(message: IncomingMessage, text: string): Promise<void> {
    if (await incoming.isAddressed(message).catch(() => false)) await questions().say(message, text);
  }

  return {
    take: (message) => afterMissed(message, take),
    takeAgain: (message) => inOrder(message, take),
    async edited(update) {
      if (!questions().amended(update)) await afterMissed(update, questions().edited);
    },
    takeMissed,
  };
}
