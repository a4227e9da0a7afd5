/**
 * Keeps how far back a platform's history has to be read for what was said while Parley was not connected: for each
 * place the newest message that was dealt with, and when Parley was last connected.
 */

import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import type { AdapterState } from '../../core/platform.ts';
import { createRecent } from '../../core/recent.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { isLater, laterOf } from './later-id.ts';

export interface CatchUp {
  /**
   * Connected for the first time, or after a gap: what was missed is read, one reading at a time.
   * @param part of what is heard, where it comes by several connections, which other processes may have
   */
  connected(part?: string): void;
  /**
   * Messages that come by themselves have to stay behind those that are still being read: undefined where nothing is to
   * be read at that place any more, else resolves when it is, or after some seconds.
   */
  whenRead(place: string): Promise<void> | undefined;
  /** A message was dealt with, whatever came of it. @param place a channel or a thread, in ids without `|` */
  seen(place: string, id: string): Promise<void>;
  /** To be called while still connected: ends what is read. Never throws. */
  stop(): Promise<void>;
}

/** As they were when the connection came up: what comes by itself since then does not move them. */
export interface Marks {
  /** Messages after this id were missed there; undefined where nothing is known, as on a first start. */
  after(place: string): string | undefined;
  /** The same of places where nothing was dealt with yet. */
  since: string | undefined;
  /** Where something was dealt with lately, the last first. */
  places: string[];
}

export interface CatchUpOptions {
  adapterState: AdapterState;
  /** Messages that are older are left, ms. */
  missedMs: number;
  /** The id of a message of that time, milliseconds since 1970. Ids are decimal numbers that rise with time. */
  idAt(time: number): string;
  isConnected(part: string): boolean;
  /** Takes what was missed of that part; resolves when all of it is kept. Once aborted it may end early, or throw. */
  read(marks: Marks, signal: AbortSignal, part: string, progress: Progress): Promise<void>;
  log: Logger;
}

/** How far a reading is. */
export interface Progress {
  /** Nothing is read of other places than these before what comes by itself. */
  expect(places: Iterable<string>): void;
  /** The messages missed there are taken, in their order. */
  done(place: string): void;
}

/** When a part was connected first, and last, milliseconds since 1970. */
interface Alive {
  first: number;
  last: number;
}

/** A part that was connected by this process. */
interface Part {
  /** Readings that were asked for and have not ended: until then the past is not known to be dealt with. */
  unread: number;
  /** Whether one of them has not begun. */
  isWaiting: boolean;
  first: number | undefined;
  /** The newest that has not ended. */
  reading: Reading | undefined;
}

interface Reading extends Progress {
  whenRead(place: string): Promise<void> | undefined;
  end(): void;
}

const ALIVE = 'alive|';
const SEEN = 'seen|';
/** A place that was not used for so long counts as one that never was. */
const KEPT_MS = 7 * 24 * 3_600_000;
const MOST_PLACES = 10_000;
/** Longest time that messages which come by themselves are held back, ms. */
const MOST_HELD_MS = 3_000;
const BEAT_MS = 60_000;
/** A connection can be dead for so long before that is noticed; and the platform has a clock of its own. */
const DOUBT_MS = 2 * 60_000;

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { adapterState: state, missedMs, idAt, isConnected, read, log } = options;
  const lanes = createLanes();
  const stopping = new AbortController();
  /** A message dealt with again does not set the mark back. */
  const newest = createRecent<string, string>(MOST_PLACES);
  const { signal } = stopping;
  let recalling: Promise<unknown> = Promise.resolve();
  const parts = new Map<string, Part>();
  const beats = setInterval(() => void beat(), BEAT_MS).unref();

  /** A part that was never connected counts as the one that was longest ago: it may have been divided otherwise. */
  async function aliveOf(part: string): Promise<Alive | undefined> {
    const own = await state.read<Alive>(ALIVE + part);
    if (own) return own;
    const notes = await Promise.all((await state.keys(ALIVE)).map((key) => state.read<Alive>(key)));
    const others = notes.filter((note) => note !== undefined);
    if (others.length === 0) return undefined;
    return {
      first: Math.min(...others.map(({ first }) => first)),
      last: Math.min(...others.map(({ last }) => last)),
    };
  }

  async function recall(name: string, part: Part): Promise<Marks> {
    const now = Date.now();
    const alive = await aliveOf(name);
    part.first ??= alive?.first ?? now;
    const seen = new Map<string, string>();
    const note = async (key: string) => {
      const id = await state.read<string>(key);
      if (id === undefined) return;
      const place = key.slice(SEEN.length);
      seen.set(place, id);
      // Another process may have dealt with more.
      if (isLater(id, newest.get(place) ?? '')) newest.set(place, id);
    };
    await Promise.all((await state.keys(SEEN)).map(note));
    const oldest = idAt(now - missedMs);
    const since = alive && laterOf(oldest, idAt(Math.max(alive.first, alive.last - DOUBT_MS)));
    return {
      after(place) {
        const id = seen.get(place);
        return id === undefined ? since : laterOf(id, since ?? oldest);
      },
      since,
      places: [...seen].sort(([, a], [, b]) => (isLater(a, b) ? -1 : 1)).map(([place]) => place),
    };
  }

  /** Where it fails the mark is older than need be, and more is read. */
  async function beat(): Promise<void> {
    for (const [name, { first, unread }] of parts) {
      if (unread > 0 || first === undefined || !isConnected(name)) continue;
      const alive: Alive = { first, last: Date.now() };
      await state.write(ALIVE + name, alive, KEPT_MS).catch(() => {});
    }
  }

  return {
    connected(name = '') {
      const part = parts.get(name) ?? { unread: 0, isWaiting: false, first: undefined, reading: undefined };
      parts.set(name, part);
      // The one that waits goes back further, and comes as far.
      if (part.isWaiting) return;
      part.isWaiting = true;
      part.unread++;
      const reading = createReading();
      part.reading = reading;
      const marks = recall(name, part);
      recalling = Promise.allSettled([recalling, marks]);
      void lanes.run('read', async () => {
        part.isWaiting = false;
        try {
          const recalled = await marks;
          if (missedMs > 0) await read(recalled, signal, name, reading);
        } catch (error) {
          if (!signal.aborted) log.error({ error: whereFrom(error) }, 'missed messages not taken');
        }
        reading.end();
        if (part.reading === reading) part.reading = undefined;
        if (signal.aborted) return;
        part.unread--;
        await beat();
      });
    },
    whenRead(place) {
      const waits = [...parts.values()].flatMap(({ reading }) => reading?.whenRead(place) ?? []);
      if (waits.length === 0) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, MOST_HELD_MS).unref();
        void Promise.all(waits).then(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
    seen: (place, id) =>
      lanes.run(SEEN + place, async () => {
        await recalling;
        const before = newest.get(place) ?? (await state.read<string>(SEEN + place));
        if (before !== undefined && !isLater(id, before)) return;
        await state.write(SEEN + place, id, KEPT_MS);
        newest.set(place, id);
      }),
    async stop() {
      clearInterval(beats);
      await beat();
      stopping.abort();
    },
  };
}

function createReading(): Reading {
  const over = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let expected: Map<string, PromiseWithResolvers<void>> | undefined;
  return {
    expect(places) {
      expected = new Map([...places].map((place) => [place, Promise.withResolvers()]));
      begun.resolve();
    },
    done: (place) => expected?.get(place)?.resolve(),
    whenRead(place) {
      if (expected && !expected.has(place)) return undefined;
      const there = begun.promise.then(() => expected?.get(place)?.promise);
      return Promise.race([over.promise, there]);
    },
    end: over.resolve,
  };
}
