/**
 * Takes the messages of a platform to the queue: once each, in order, behind missed ones, and even while the store is
 * away.
 */

import type { Logger } from 'pino';
import { StoreError } from '../../core/errors.ts';
import { createLanes } from '../../core/lanes.ts';
import { createRecent } from '../../core/recent.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { en } from '../../core/sentences/en.ts';
import { untilStored } from '../until-stored.ts';
import type { ChatCaller } from './caller.ts';
import type { ChatPlatform } from './chat-platform.ts';
import { createDecisions, type DecisionOptions } from './decisions.ts';

export interface Inbox<Raw, Edit> {
  /**
   * Takes a message from an event. Throws only where the platform redelivers it.
   * @throws StoreError and others
   */
  take(raw: Raw): Promise<void>;
  /** Takes a message that was skipped before. Never throws. */
  takeAgain(raw: Raw): Promise<void>;
  /** Takes a message that was missed, unless it was forgotten since. Never throws. */
  takeMissed(raw: Raw): Promise<void>;
  /**
   * Takes an edit of a message. An edit of a question that is being answered, or waits, restarts the answer.
   * @throws StoreError
   */
  edited(edit: Edit): Promise<void>;
  /** Runs a task in the message's lane. */
  inOrder<T>(raw: Edit, task: () => Promise<T>): Promise<T>;
  /** Joins a thread: messages in it after the one with that id are for Parley. */
  join(thread: string, since: string): Promise<void>;
}

export interface InboxOptions<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>
  extends Omit<DecisionOptions<Raw, Caller, Edit>, 'takeAgain'> {
  platform: ChatPlatform<Raw, Caller, Edit>;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
}

/** Ids of messages kept in memory, so that a redelivery costs no read. */
const MOST_TAKEN = 10_000;

export function createInbox<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>(
  options: InboxOptions<Raw, Caller, Edit>,
): Inbox<Raw, Edit> {
  const { platform, log } = options;
  const lanes = createLanes();
  const decisions = createDecisions({ ...options, takeAgain: (raw) => void takeAgain(raw) });
  const taking = createTaking({ ...options, take: decisions.take });
  const inOrder = <T>(raw: Edit, task: () => Promise<T>) => lanes.run(platform.laneOf(raw), task);
  const takeAgain = (raw: Raw) => inOrder(raw, () => taking.persistently(raw, taking.task(raw)));

  return {
    takeAgain,
    inOrder,
    join: decisions.join,

    async take(raw) {
      const reading = platform.whenRead(raw);
      if (reading) await reading;
      if (!platform.redelivers) return takeAgain(raw);
      try {
        await inOrder(raw, taking.task(raw));
      } catch (error) {
        // The platform redelivers a message only after a minute or more, and only a few times.
        if (error instanceof StoreError) void takeAgain(raw);
        else log.error({ ...platform.logged(raw), error: whereFrom(error) }, 'message not taken');
        throw error;
      }
    },

    takeMissed: (raw) =>
      inOrder(raw, () => {
        const task = taking.task(raw);
        return taking.persistently(raw, async () => {
          if (!(await platform.isForgotten(raw))) await task();
        });
      }),

    async edited(edit) {
      const reading = platform.whenRead(edit);
      if (reading) await reading;
      await inOrder(edit, () => decisions.edit(edit));
    },
  };
}

interface TakingOptions<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>
  extends Pick<InboxOptions<Raw, Caller, Edit>, 'platform' | 'shutdown' | 'log'> {
  /** Returns the caller, or undefined where the message is not for Parley. */
  take(raw: Raw): Promise<Caller | undefined>;
}

/** Takes a message once, and tries again while the store is away. */
function createTaking<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>(
  options: TakingOptions<Raw, Caller, Edit>,
) {
  const { platform, take, shutdown, log } = options;
  const taken = createRecent<string, true>(MOST_TAKEN);
  /** Messages whose person was told that they wait. */
  const told = createRecent<string, true>(MOST_TAKEN);

  async function sayIfExpected(raw: Raw, text: string): Promise<void> {
    if (await platform.expectsAnswer(raw).catch(() => false)) await platform.say(raw, text);
  }

  async function sayLater(raw: Raw): Promise<void> {
    const id = platform.idOf(raw);
    if (told.has(id)) return;
    told.set(id, true);
    await sayIfExpected(raw, en.notices.answeredLater);
  }

  return {
    /** Attempts at one message. A later attempt skips a message that an earlier one took. */
    task(raw: Raw): () => Promise<void> {
      const id = platform.idOf(raw);
      let caller: Caller | undefined;
      return async () => {
        if (!caller) {
          // Another event brought the same message, or the platform redelivered it.
          if (taken.has(id)) return;
          caller = await take(raw);
          if (!caller) return;
          taken.set(id, true);
        }
        await platform.seen(raw, caller);
      };
    },

    /** Never throws. */
    async persistently(raw: Raw, task: () => Promise<void>): Promise<void> {
      const message = platform.logged(raw);
      try {
        await untilStored(task, {
          async onAway() {
            log.warn(message, 'message waits for the store');
            await sayLater(raw);
          },
          shutdown,
        });
      } catch (error) {
        log.error({ ...message, error: whereFrom(error) }, 'message not taken');
        if (!platform.redelivers) await sayIfExpected(raw, en.notices.mistake);
      }
    },
  };
}
