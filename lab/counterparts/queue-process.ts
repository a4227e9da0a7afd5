/**
 * A process that answers turns, as the queue sees it. It answers at once or when the test says so, and dies or hangs
 * on demand.
 */
import pino from 'pino';
import { StoreError } from '../../src/core/errors.ts';
import { INTERRUPT, type QueuedAttempt, type TurnQueue } from '../../src/core/turn/queue.ts';
import type { Message, Turn } from '../../src/core/types.ts';
import { createHeartbeats, type Heartbeats } from '../../src/store/leases/heartbeats.ts';
import { createLocalLeases, createSharedLeases } from '../../src/store/leases/leases.ts';
import { createTurnQueue, type TurnQueueOptions } from '../../src/store/queue/queue.ts';
import type { Store } from '../../src/store/store.ts';
import { type BreakableStore, breakableStore } from './breakable-store.ts';
import { waitFor } from './wait-for.ts';

export interface QueueProcess {
  store: BreakableStore;
  queue: TurnQueue;
  /** Attempts begun in this process, oldest first. */
  attempts: BegunAttempt[];
  /** Its log lines; `time` in ms since 1970. */
  logged: { level: number; msg: string; time: number }[];
  /** Resolves with the attempt at this message when it runs here. */
  running(id: string): Promise<BegunAttempt>;
  /** Kills the process: nothing in it runs or has an effect any more. */
  kill(): void;
  stop(graceMs?: number): Promise<void>;
}

export interface BegunAttempt {
  message: Message;
  /** The attempt as the queue has made it. */
  given: QueuedAttempt;
  isOver: boolean;
  /** The answer so far. */
  text: string;
  /** Stores the answer, as the engine does. False if the store refuses; the queue handles that. */
  keep(answer?: string): Promise<boolean>;
  end(result?: 'done' | 'left'): void;
  fail(): void;
  /** Stores the answer and ends the attempt. */
  answer(answer?: string): Promise<void>;
}

export interface QueueProcessOptions extends Partial<Pick<TurnQueueOptions, 'partitionOf' | 'mostWaiting'>> {
  pace: number;
  /** Called when an attempt begins. Without it, attempts wait for the test. */
  onBegun?: (attempt: BegunAttempt) => void;
  /** Obeys a stop as the engine does. Otherwise only the test ends an attempt. */
  obeys?: boolean;
  /** The process accepts messages but answers none. */
  isIdle?: boolean;
}

const { error: ERROR = 50 } = pino.levels.values;

export function startQueueProcess(
  through: Store,
  { pace, onBegun, obeys = true, isIdle = false, ...options }: QueueProcessOptions,
): QueueProcess {
  const store = breakableStore(through);
  const logged: QueueProcess['logged'] = [];
  const log = pino({ level: 'info' }, { write: (line) => logged.push(JSON.parse(line)) });
  const heartbeats: Heartbeats | undefined = store.isShared ? createHeartbeats(store, log, pace) : undefined;
  const queue = createTurnQueue({
    store,
    leases: heartbeats ? createSharedLeases(store, heartbeats) : createLocalLeases(),
    partitionOf: (conversation) => conversation,
    mostWaiting: 100,
    log,
    pace,
    ...options,
  });
  const attempts: BegunAttempt[] = [];

  async function handle(message: Message, given: QueuedAttempt): Promise<'done' | 'left'> {
    const { attempt, ended } = beginAttempt(message, given, obeys);
    attempts.push(attempt);
    onBegun?.(attempt);
    return ended;
  }

  if (!isIdle) queue.run(handle);
  return {
    store,
    queue,
    attempts,
    logged,
    running: (id) =>
      waitFor(() => attempts.find((one) => one.message.id === id && !one.isOver), {
        what: `message ${id} to be begun`,
      }),
    kill() {
      store.kill();
      for (const attempt of attempts) attempt.end();
    },
    async stop(graceMs = 0) {
      await queue.stop(graceMs);
      await heartbeats?.stop();
    },
  };
}

/** Begins an attempt. `ended` resolves or rejects with its result. */
function beginAttempt(message: Message, given: QueuedAttempt, obeys: boolean) {
  const { promise: ended, resolve, reject } = Promise.withResolvers<'done' | 'left'>();
  const keep = async (turn: Turn) => {
    try {
      await given.keep(turn);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return false;
    }
  };
  const attempt: BegunAttempt = {
    message,
    given,
    isOver: false,
    text: '',
    keep: (answer = attempt.text || `answer ${message.text}`) => keep({ message, answer, end: 'stop' }),
    end(result = 'done') {
      attempt.isOver = true;
      resolve(result);
    },
    fail() {
      attempt.isOver = true;
      reject(new Error('the handler fails'));
    },
    async answer(answer) {
      await attempt.keep(answer);
      attempt.end();
    },
  };
  given.draft(() => attempt.text);
  const obey = async () => {
    const byPerson = given.signal.reason === INTERRUPT || given.signal.reason instanceof DOMException;
    if (byPerson) await keep({ message, answer: attempt.text, end: 'stopped' });
    attempt.end();
  };
  if (obeys) {
    if (given.signal.aborted) void obey();
    else given.signal.addEventListener('abort', obey);
  }
  return { attempt, ended };
}

/** The log lines of level error, which an operator reads. */
export const errorsOf = ({ logged }: QueueProcess) =>
  logged.filter(({ level }) => level >= ERROR).map(({ msg }) => msg);
