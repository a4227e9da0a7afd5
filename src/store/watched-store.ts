/**
 * A store with an eye on it: each call has a deadline, the log says once in a while that the store fails and once that it
 * works again, and it can be asked whether it does.
 */
import type { Logger } from 'pino';
import { StoreError } from '../core/errors.ts';
import { whereFrom } from '../core/reports/where-from.ts';
import { PROBE } from './keys.ts';
import type { Store } from './store.ts';

export interface WatchedStore extends Store {
  /** Undefined where it can be written and read, else why not; known within two seconds. */
  whyNotReady(): Promise<string | undefined>;
}

/** Longer than the databases' own deadlines: for what would never return. */
const CALL_MS = 10_000;
/** Whoever asks whether it is ready has patience for so long, and gets an answer that is so old at most. */
const PROBE_MS = 2_000;
const PROBED_MS = 1_000;
/** Between two lines of the log about the same failing. */
const SAY_AGAIN_MS = 60_000;

/**
 * What was given up at its deadline may still be done, and until then nothing else is done under its name: as where a
 * connection is lost, whoever asked does not know.
 */
export function watchStore(store: Store, log: Logger): WatchedStore {
  let failing: { since: number; calls: number; reason: string | undefined; isSaid: boolean } | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let probe: { at: number; isDone: boolean; answer: Promise<string | undefined> } | undefined;

  async function call<T>(work: Promise<T>, isChange: boolean): Promise<T> {
    const startedAt = performance.now();
    try {
      const result = await within(work, CALL_MS);
      // Where a disk is full, reading goes on.
      if (isChange && failing && startedAt > failing.since) works();
      return result;
    } catch (error) {
      if (error instanceof StoreError) fails(error);
      throw error;
    }
  }

  function fails(error: StoreError): void {
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
  }

  function works(): void {
    if (!failing) return;
    const seconds = Math.round((performance.now() - failing.since) / 1000);
    if (failing.isSaid) log.info({ seconds, calls: failing.calls }, 'the store works again');
    failing = undefined;
  }

  async function probeNow(): Promise<string | undefined> {
    try {
      await call(store.write([{ key: PROBE, value: Date.now() }]), true);
      await call(store.read(PROBE), false);
      return undefined;
    } catch {
      return whyFailing();
    }
  }

  function whyFailing(): string {
    return failing?.reason === undefined ? 'the store does not answer' : `the store fails: ${failing.reason}`;
  }

  return {
    ...store,
    read: (key) => call(store.read(key), false),
    readMany: (keys) => call(store.readMany(keys), false),
    keys: (prefix) => call(store.keys(prefix), false),
    write: (entries) => call(store.write(entries), true),
    remove: (keys) => call(store.remove(keys), true),
    exclusive: (name, task) => call(store.exclusive(name, task), true),
    whyNotReady() {
      if (!probe || (probe.isDone && performance.now() - probe.at > PROBED_MS)) {
        const begun = { at: performance.now(), isDone: false, answer: probeNow() };
        void begun.answer.then(() => {
          begun.isDone = true;
        });
        probe = begun;
      }
      return within(probe.answer, PROBE_MS).catch(whyFailing);
    },
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
