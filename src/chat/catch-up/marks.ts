/**
 * Notes which messages are dealt with: for each place the newest one, and for each part of the platform's events when
 * Parley was connected to it.
 */
import { createLanes } from '../../core/lanes.ts';
import type { AdapterState } from '../../core/platform.ts';
import { createRecent } from '../../core/recent.ts';
import { isLater, laterOf } from './later-id.ts';

/** The notes as they were when the connection came up. Messages that come by themselves since then do not move them. */
export interface Marks {
  /** Messages after this id were missed there; undefined where nothing is known, as on a first start. */
  after(place: string): string | undefined;
  /** The same of places where nothing was dealt with yet. */
  since: string | undefined;
  /** Where something was dealt with lately, the last first. */
  places: string[];
  /** When Parley first connected to the part, milliseconds since 1970. */
  firstConnected: number;
}

export interface MarkNotesOptions {
  adapterState: AdapterState;
  /** Messages that are older are left, ms. */
  missedMs: number;
  /** The id of a message of that time, milliseconds since 1970. Ids are decimal numbers that rise with time. */
  idAt(time: number): string;
}

export interface MarkNotes {
  recall(part: string): Promise<Marks>;
  /** The part is connected, and all that came before is dealt with. @param since when it first connected */
  connected(part: string, since: number): Promise<void>;
  /** A message was dealt with, whatever came of it. */
  seen(place: string, id: string): Promise<void>;
}

/** When a part was connected first, and last, milliseconds since 1970. */
interface Connected {
  first: number;
  last: number;
}

const ALIVE = 'alive|';
const SEEN = 'seen|';
/** A place that was not used for so long counts as one that never was. */
const KEPT_MS = 7 * 24 * 3_600_000;
const MOST_PLACES = 10_000;
/** Time in which a dead connection may go unnoticed, with a margin for the platform's own clock. */
const DOUBT_MS = 2 * 60_000;

export function createMarkNotes({ adapterState: state, missedMs, idAt }: MarkNotesOptions): MarkNotes {
  const lanes = createLanes();
  /** The newest message of each place. A message dealt with again does not set the mark back. */
  const newest = createRecent<string, string>(MOST_PLACES);
  /** Marks move only once those of before are read. */
  let recalling: Promise<unknown> = Promise.resolve();

  /** The newest message that was dealt with in each place. */
  async function seenBefore(): Promise<Map<string, string>> {
    const seen = new Map<string, string>();
    const read = async (key: string) => {
      const id = await state.read<string>(key);
      if (id === undefined) return;
      const place = key.slice(SEEN.length);
      seen.set(place, id);
      // Another process may have dealt with more.
      if (isLater(id, newest.get(place) ?? '')) newest.set(place, id);
    };
    await Promise.all((await state.keys(SEEN)).map(read));
    return seen;
  }

  async function recall(part: string): Promise<Marks> {
    const now = Date.now();
    const connected = await connectedBefore(state, part);
    const seen = await seenBefore();
    const oldest = idAt(now - missedMs);
    const since = connected && laterOf(oldest, idAt(Math.max(connected.first, connected.last - DOUBT_MS)));
    return {
      after(place) {
        const id = seen.get(place);
        return id === undefined ? since : laterOf(id, since ?? oldest);
      },
      since,
      places: [...seen].sort(([, a], [, b]) => (isLater(a, b) ? -1 : 1)).map(([place]) => place),
      firstConnected: connected?.first ?? now,
    };
  }

  return {
    recall(part) {
      const marks = recall(part);
      recalling = Promise.allSettled([recalling, marks]);
      return marks;
    },

    async connected(part, since) {
      const connected: Connected = { first: since, last: Date.now() };
      // If this fails, the mark is older than necessary, and more is read.
      await state.write(ALIVE + part, connected, KEPT_MS).catch(() => {});
    },

    seen: (place, id) =>
      lanes.run(place, async () => {
        await recalling;
        const before = newest.get(place) ?? (await state.read<string>(SEEN + place));
        if (before !== undefined && !isLater(id, before)) return;
        await state.write(SEEN + place, id, KEPT_MS);
        newest.set(place, id);
      }),
  };
}

/** A part that was never connected counts as the one that was longest ago, since the parts may have been other ones. */
async function connectedBefore(state: AdapterState, part: string): Promise<Connected | undefined> {
  const own = await state.read<Connected>(ALIVE + part);
  if (own) return own;
  const notes = await Promise.all((await state.keys(ALIVE)).map((key) => state.read<Connected>(key)));
  const others = notes.filter((note) => note !== undefined);
  if (others.length === 0) return undefined;
  return {
    first: Math.min(...others.map(({ first }) => first)),
    last: Math.min(...others.map(({ last }) => last)),
  };
}
