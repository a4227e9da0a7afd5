/**
 * Watches a store. Each call has a deadline. The log says at intervals that the store fails, and once that it works
 * again. `whyNotReady` asks whether it works.
 */
import type { Logger } from 'pino';
import { StoreError } from '../core/errors.ts';
import { whereFrom } from '../core/reports/where-from.ts';
import { PROBE } from './keys.ts';
import type { Store } from './store.ts';

export interface WatchedStore extends Store {
  /** Undefined: the store can be read and written. Otherwise the reason. Resolves within `PROBE_MS`. */
  whyNotReady(): Promise<string | undefined>;
}

/** Deadline of a call, ms. It is longer than the databases' own deadlines, for calls that would never return. */
const CALL_MS = 10_000;
/** Deadline of a probe, ms: how long the caller of `whyNotReady` waits. */
const PROBE_MS = 2_000;
/** Greatest age of the answer that `whyNotReady` gives, ms. */
const PROBED_MS = 1_000;
/** Time between two lines of the log about the same failure, ms. */
const SAY_AGAIN_MS = 60_000;

/**
 * A call that is given up at its deadline may still be done. Until it ends, nothing else runs under its name. Its
 * caller cannot know its result, as after a lost connection.
 */
export function watchStore(store: Store, log: Logger): WatchedStore {
  const failures = createFailureLog(log);

  async function call<T>(work: Promise<T>, isChange: boolean | ((result: T) => boolean)): Promise<T> {
    const startedAt = performance.now();
    try {
      const result = await within(work, CALL_MS);
      // A successful read proves nothing: it works even if the disk is full.
      if (typeof isChange === 'function' ? isChange(result) : isChange) failures.worked(startedAt);
      return result;
    } catch (error) {
      if (error instanceof StoreError) failures.failed(error);
      throw error;
    }
  }

  async function probe(): Promise<string | undefined> {
    try {
      await call(store.write([{ key: PROBE, value: Date.now() }]), true);
      await call(store.read(PROBE), false);
      return undefined;
    } catch {
      return failures.why();
    }
  }
  const probed = createProbe(probe);

  return {
    ...store,
    read: (key) => call(store.read(key), false),
    readMany: (keys) => call(store.readMany(keys), false),
    keys: (prefix, page) => call(store.keys(prefix, page), false),
    write: (entries) => call(store.write(entries), true),
    remove: (keys) => call(store.remove(keys), true),
    exclusive: (name, task) => call(store.exclusive(name, task), true),
    take: (additions, entries) => call(store.take(additions, entries), (isTaken) => isTaken),
    whyNotReady: () => within(probed(), PROBE_MS).catch(failures.why),
  };
}

/** Shares one probe among all who ask at the same time, and its answer for `PROBED_MS`. */
function createProbe(probe: () => Promise<string | undefined>): () => Promise<string | undefined> {
  let newest: { at: number; isDone: boolean; answer: Promise<string | undefined> } | undefined;
  return () => {
    if (!newest || (newest.isDone && performance.now() - newest.at > PROBED_MS)) {
      const begun = { at: performance.now(), isDone: false, answer: probe() };
      void begun.answer.then(() => {
        begun.isDone = true;
      });
      newest = begun;
    }
    return newest.answer;
  };
}

interface FailureLog {
  failed(error: StoreError): void;
  /** A change succeeded. @param startedAt when it was asked for, by the clock of `performance` */
  worked(startedAt: number): void;
  /** Why the store is not ready. */
  why(): string;
}

function createFailureLog(log: Logger): FailureLog {
  let failing: { since: number; calls: number; reason: string | undefined; isSaid: boolean } | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    failed(error) {
      const now = performance.now();
      const { reason } = error;
      failing ??= { since: now, calls: 0, reason, isSaid: false };
      failing.calls++;
      failing.reason = reason;
      if (now - saidAt < SAY_AGAIN_MS) return;
      saidAt = now;
      failing.isSaid = true;
      log.error(
        { ...(reason && { reason }), calls: failing.calls, error: whereFrom(error) },
        'the store fails; what cannot be stored waits for it',
      );
    },
    worked(startedAt) {
      if (!failing || startedAt <= failing.since) return;
      const seconds = Math.round((performance.now() - failing.since) / 1000);
      if (failing.isSaid) log.info({ seconds, calls: failing.calls }, 'the store works again');
      failing = undefined;
    },
    why: () =>
      failing?.reason === undefined ? 'the store does not answer' : `the store fails: ${failing.reason}`,
  };
}

/** @throws StoreError at the deadline */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new StoreError('The store does not answer.', { reason: 'it does not answer' }));
  }, ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
