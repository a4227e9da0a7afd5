/** A process's access to a store. A test can cut it, as when the process dies, hangs, or the store fails. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { StoreError } from '../../src/core/errors.ts';
import type { Store } from '../../src/store/store.ts';

export interface BreakableStore extends Store {
  /** From now on no call resolves or has an effect. */
  kill(): void;
  /** From now on calls wait until `resume`. Topics still arrive. */
  pause(): void;
  /** From now on calls take effect, and only their results wait until `resume`. */
  holdAnswers(): void;
  resume(): void;
  /**
   * From now on every call throws until `mend`. `after`: a transaction is written before it throws, as when the
   * database's reply is lost.
   */
  fail(how?: 'before' | 'after'): void;
  mend(): void;
  /** From now on no topic is sent or received. */
  deafen(): void;
}

export function breakableStore(store: Store): BreakableStore {
  const { call, go, isSilent, controls } = createBreaks();
  const stops = new Set<() => void>();
  return {
    ...store,
    read: (key) => call(() => store.read(key)),
    readMany: (keys) => call(() => store.readMany(keys)),
    write: (entries) => call(() => store.write(entries)),
    remove: (keys) => call(() => store.remove(keys)),
    keys: (prefix) => call(() => store.keys(prefix)),
    exclusive: (name, task) =>
      call(() =>
        store.exclusive(name, async (rows) => {
          go();
          const result = await task(rows);
          go();
          return result;
        }),
      ),
    take: (additions, entries) => call(() => store.take(additions, entries)),
    tell(topic) {
      if (!isSilent()) store.tell(topic);
    },
    onTold(listener) {
      const stop = store.onTold((topic) => {
        if (!isSilent()) listener(topic);
      });
      stops.add(stop);
      return stop;
    },
    async close() {
      for (const stop of stops) stop();
      await store.close();
    },
    ...controls,
  };
}

type Controls = Omit<BreakableStore, keyof Store>;

/** The ways in which the access is broken now. */
function createBreaks() {
  let isDead = false;
  let isDeaf = false;
  let failing: 'before' | 'after' | undefined;
  let paused: { until: Promise<void>; resume: () => void; areCallsMade: boolean } | undefined;

  /** Waits while the access is paused. Never resolves after `kill`. */
  async function pass(isAnswer = true): Promise<void> {
    while (paused && (isAnswer || !paused.areCallsMade)) await paused.until;
    if (isDead) await new Promise(() => {});
  }

  async function call<T>(task: () => Promise<T>): Promise<T> {
    await pass(false);
    if (failing === 'before') throw new StoreError('The store fails.');
    const result = await task().catch(async (error) => {
      await pass();
      throw error;
    });
    await pass();
    if (failing) throw new StoreError('The store fails.');
    return result;
  }

  /** Called inside a transaction. The database rolls back when this throws. */
  function go(): void {
    if (isDead || failing === 'before') throw new StoreError('The connection is lost.');
  }

  function pause(areCallsMade: boolean): void {
    if (paused) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    paused = { until: promise, resume: resolve, areCallsMade };
  }

  const controls: Controls = {
    kill() {
      isDead = true;
    },
    pause: () => pause(false),
    holdAnswers: () => pause(true),
    resume() {
      paused?.resume();
      paused = undefined;
    },
    fail(how = 'before') {
      failing = how;
    },
    mend() {
      failing = undefined;
    },
    deafen() {
      isDeaf = true;
    },
  };
  /** Whether topics are neither sent nor received. */
  const isSilent = () => isDead || isDeaf || failing !== undefined;
  return { call, go, isSilent, controls };
}

/**
 * A store in memory that several processes share like a database. A transaction holds all names at once, so that a
 * locked row does not change.
 */
export function asShared(store: Store): Store {
  return {
    ...store,
    isShared: true,
    exclusive: async (_, task) => {
      await turnOfTheLoop();
      return store.exclusive('all', task);
    },
    // Each process closes only its own access.
    close: async () => {},
  };
}
