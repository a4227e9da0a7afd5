/** Reads the messages that a platform's history has from the time when Parley was not connected. */
import type { Logger } from 'pino';
import { createLanes } from '../../core/lanes.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import { isLater } from './later-id.ts';
import { createMarkNotes, type MarkNotes, type MarkNotesOptions, type Marks } from './marks.ts';
import { createReading, type MissedReading, type Progress } from './reading.ts';

export interface CatchUp {
  /**
   * Parley is connected for the first time, or after a gap. Missed messages are read, one reading at a time.
   * @param part of the platform's events, where they come by several connections, some of them to other processes
   */
  connected(part?: string): void;
  /**
   * Resolves when a place is read, or after some seconds; undefined where nothing is left to be read there. A message
   * that comes by itself has to stay behind those that are still being read.
   */
  whenRead(place: string): Promise<void> | undefined;
  /** A message was dealt with, whatever came of it. @param place a channel or a thread, in ids without `|` */
  seen(place: string, id: string): Promise<void>;
  /** To be called while still connected: ends the readings. Never throws. */
  stop(): Promise<void>;
}

export interface CatchUpOptions extends MarkNotesOptions {
  isConnected(part: string): boolean;
  /** Takes the missed messages of a part; resolves when all are kept. Once aborted it may end early, or throw. */
  read(marks: Marks, signal: AbortSignal, part: string, progress: Progress): Promise<void>;
  log: Logger;
}

/** A part that this process was connected to. */
interface Part {
  /** Readings that were asked for and have not ended: until then the past is not known to be dealt with. */
  unread: number;
  /** Whether one of them has not begun. */
  isWaiting: boolean;
  /** When Parley first connected to it; undefined until that is recalled. */
  firstConnected: number | undefined;
  /** The newest reading that has not ended. */
  reading: PartReading | undefined;
}

interface PartReading extends MissedReading {
  /** Messages with later ids came by themselves. */
  upTo: string;
  /** Whether anything can have been missed: not on a first start. */
  isOfGap: Promise<boolean>;
}

/** Longest time that messages which come by themselves are held back, ms. */
const MOST_HELD_MS = 3_000;
/** Time between notes that Parley is connected, ms. */
const BEAT_MS = 60_000;

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { missedMs, isConnected, read, log } = options;
  const lanes = createLanes();
  const notes = createMarkNotes(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const parts = new Map<string, Part>();
  const beats = setInterval(() => void beat(), BEAT_MS).unref();

  async function beat(): Promise<void> {
    for (const [name, { firstConnected, unread }] of parts)
      if (unread === 0 && firstConnected !== undefined && isConnected(name))
        await notes.connected(name, firstConnected);
  }

  /** Reads the missed messages of a part, once the readings before have ended. */
  async function readPart(
    name: string,
    part: Part,
    reading: MissedReading,
    marks: Promise<Marks>,
  ): Promise<void> {
    part.isWaiting = false;
    try {
      const recalled = await marks;
      part.firstConnected ??= recalled.firstConnected;
      if (missedMs > 0) await read(recalled, signal, name, reading);
    } catch (error) {
      if (!signal.aborted) log.error({ error: whereFrom(error) }, 'missed messages not taken');
    }
    reading.end();
    if (part.reading === reading) part.reading = undefined;
    if (signal.aborted) return;
    part.unread--;
    await beat();
  }

  return {
    seen: createSeen(parts, notes, signal),

    connected(name = '') {
      const part = parts.get(name) ?? newPart();
      parts.set(name, part);
      // The reading that waits goes back further, and comes as far.
      if (part.isWaiting) return;
      part.isWaiting = true;
      part.unread++;
      const marks = notes.recall(name);
      const isOfGap = marks.then(
        ({ since }) => since !== undefined,
        () => false,
      );
      const reading = { ...createReading(), upTo: options.idAt(Date.now()), isOfGap };
      part.reading = reading;
      void lanes.run('read', () => readPart(name, part, reading, marks));
    },

    whenRead(place) {
      const waits = [...parts.values()].flatMap(({ reading }) => reading?.whenRead(place) ?? []);
      return waits.length === 0 ? undefined : orHeldTooLong(waits);
    },

    async stop() {
      clearInterval(beats);
      await beat();
      stopping.abort();
    },
  };
}

const newPart = (): Part => ({
  unread: 0,
  isWaiting: false,
  firstConnected: undefined,
  reading: undefined,
});

function orHeldTooLong(waits: Promise<void>[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, MOST_HELD_MS).unref();
    void Promise.all(waits).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Moves the mark of a place. A message that came by itself moves it only once the reading has passed the place: if the
 * process dies before, the next one finds what was missed.
 */
function createSeen(
  parts: ReadonlyMap<string, Part>,
  notes: MarkNotes,
  signal: AbortSignal,
): CatchUp['seen'] {
  return async (place, id) => {
    const passing: Promise<void>[] = [];
    for (const { reading } of parts.values())
      if (reading && isLater(id, reading.upTo) && (await reading.isOfGap))
        passing.push(reading.passed(place));
    if (passing.length === 0) return notes.seen(place, id);
    void Promise.all(passing)
      .then(() => (signal.aborted ? undefined : notes.seen(place, id)))
      // Without its mark, the message is read once more.
      .catch(() => {});
  };
}
