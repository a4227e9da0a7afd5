/** Takes messages in their order: behind what was missed at the same place, and once, also while the store is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import { BUG_NOTICE, LATER_NOTICE } from '../../core/notices.ts';
import { whereFrom } from '../../core/where-from.ts';
import type { CatchUp, Marks, Progress } from '../catch-up.ts';
import { untilStored } from '../until-stored.ts';
import type { Update } from './asked.ts';
import type { Directory } from './directory.ts';
import { type Incoming, type IncomingMessage, isThread } from './incoming.ts';
import { type Missed, markOf, shardIn } from './missed.ts';
import { shardOf } from './place.ts';
import type { Questions } from './questions.ts';

export interface Intake {
  /** A message that came by itself. Never throws. */
  take(message: IncomingMessage): Promise<void>;
  /** The same of one that was left before. */
  takeAgain(message: IncomingMessage): Promise<void>;
  edited(update: Update): Promise<void>;
  /** After a connection that could not be resumed, and after a start. */
  takeMissed(marks: Marks, signal: AbortSignal, shard: string, progress: Progress): Promise<void>;
}

export interface IntakeOptions {
  directory: Directory;
  incoming: Incoming;
  missed: Missed;
  /** Both are to be called only once the adapter is made. */
  questions(): Questions;
  catchUp(): CatchUp;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
}

/** The longest wait for Discord to tell of all servers, which it does right after a connection is ready. */
const SERVERS_MS = 15_000;
const SERVERS_EVERY_MS = 100;
/** Ids of taken messages kept in memory, so that one which is sent again costs no read. */
const MOST_TAKEN = 10_000;

export function createIntake(options: IntakeOptions): Intake {
  const { directory, incoming, missed, questions, catchUp, log } = options;
  const lanes = createLanes();
  const taken = new LRUCache<string, true>({ max: MOST_TAKEN });

  /** Works on messages of one lane in their order, however long it takes to fetch their files. */
  function inOrder<M extends Update>(message: M, work: (message: M) => Promise<void>): Promise<void> {
    const { channel_id: channel, guild_id: guild, author } = message;
    const known = directory.known(channel);
    // In a channel, each person's; what may be a thread is taken for one.
    const isOwn = guild && known && !isThread(known);
    return lanes.run(isOwn ? `${channel} ${author?.id}` : channel, () => work(message));
  }

  /** Works on a message that came by itself, behind those that were missed in its channel. */
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
    // First come the servers with their channels and roles, which say who may ask.
    const isWhole = () => directory.isWhole((guild) => shardOf(guild, count) === id);
    for (let waited = 0; !isWhole() && waited < SERVERS_MS; waited += SERVERS_EVERY_MS)
      await sleep(SERVERS_EVERY_MS, undefined, { signal });
    const taking: Promise<void>[] = [];
    for await (const message of missed.read(marks, shardIn(shard), signal, progress))
      taking.push(inOrder(message, take));
    await Promise.all(taking);
  }

  async function take(message: IncomingMessage): Promise<void> {
    // Sent again after a resume.
    if (taken.has(message.id)) return;
    const place = { channel: message.channel_id, message: message.id };
    try {
      // Discord sends it once.
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

  /** Says something to a person who expects an answer, as far as that can be told without the store. */
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
