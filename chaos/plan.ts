/** Who says what when, and what goes wrong when: all of a run, made from its seed. Times are milliseconds from its start. */
import type { Fault as DiscordFault } from '../tests/counterparts/discord/faults.ts';
import { seededRandom } from '../tests/counterparts/faults.ts';
import { tokenOf } from './answers.ts';
import type { Options } from './options.ts';

/** Where something is said. Threads on Slack begin with what is said first in them. */
export type Place =
  | { platform: 'discord'; kind: 'channel' | 'thread'; name: string }
  | { platform: 'discord'; kind: 'dm' }
  | { platform: 'slack'; kind: 'thread'; name: string; channel: string }
  | { platform: 'slack'; kind: 'dm' }
  | { platform: 'page' };

export interface Say {
  turn: number;
  token: string;
  at: number;
  person: string;
  place: Place;
  /** What is answered one after another, as Parley has it. */
  lane: string;
  /** Delivered twice. */
  isDuplicated: boolean;
  /** Its acknowledgement gets lost on the way back. */
  isLost: boolean;
  /** What the model does when it is asked for the first time. */
  modelFault?: ModelFault;
}

/** `cut` breaks off in the middle, `stall` says no more there, `status500` does not begin. */
export type ModelFault = 'cut' | 'stall' | 'status500';

export type Fault = {
  at: number;
} /** Of a process that has been ready for so long: on a slow machine, starts would be all there is else. */ & (
  | { kind: 'kill'; process: number | 'all'; upMs: number; when: 'now' | 'posting'; downMs: number }
  | { kind: 'stop'; process: number; upMs: number; downMs: number }
  | { kind: 'pause'; process: number; ms: number }
  | { kind: 'discord-calls'; call: 'create' | 'edit' | '*'; fault: DiscordFault; times: number }
  | { kind: 'slack-calls'; method: string; fault: string; times: number }
  | { kind: 'gateway'; how: 'dropped' | 'forgotten' | 'invalid' | 'reconnect' }
  | { kind: 'socket'; how: 'dropped' | 'refresh_requested' }
  | { kind: 'page-streams' }
  | { kind: 'store-connections' }
  | { kind: 'store-restart'; downMs: number }
);

export interface Plan {
  says: Say[];
  faults: Fault[];
  /** When the last of it has happened. */
  ms: number;
}

export const PEOPLE = ['ada', 'ben', 'cleo', 'dora'];
export const DISCORD_CHANNELS = ['general', 'random', 'garden'];
export const DISCORD_THREADS = ['first-thread', 'second-thread'];
export const SLACK_CHANNELS = ['general', 'random'];

/** Every place on Discord is used once before anything goes wrong: what Parley never saw, it cannot look into later. */
const CALM_MS = 4_000;
/** Messages said in a lane in a row, and the time between them. */
const MOST_IN_A_ROW = 4;
const IN_A_ROW_MS = 700;
/** A thread on Slack goes on for so many messages, on average. */
const SLACK_THREAD_TURNS = 5;
/** One kill in so many takes every process, or comes while a message is posted; with one process all is one. */
const ALL_SHARE = 0.2;
const POSTING_SHARE = 0.3;
/** A share of the ends may come at any time, the start included; the others when it has been ready for a while. */
const ANYTIME_SHARE = 0.15;
const UP_MS = { from: 1_000, to: 6_000 };
/** A share of the ends is not followed by a start at once. */
const LONG_DOWN = { share: 0.25, fromMs: 1_500, toMs: 4_000 };
const STORE_DOWN_MS = 1_500;
/** Between two failures of calls, and between two of connections, on average. */
const CALLS_MS = 2_500;
const CONNECTIONS_MS = 9_000;

type Random = ReturnType<typeof dice>;

export function createPlan(options: Options): Plan {
  const ms = Math.max(options.seconds * 1000, CALM_MS * 2);
  const random = dice(seededRandom(options.seed));
  const says = planSays(options, ms, random);
  const faults = planFaults(options, ms, random).sort((a, b) => a.at - b.at);
  return { says, faults, ms };
}

function dice(random: () => number) {
  const between = (from: number, to: number) => from + random() * (to - from);
  return {
    between,
    whole: (below: number) => Math.floor(random() * below),
    happens: (probability: number) => random() < probability,
    pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
      return values[Math.floor(random() * values.length)] as T;
    },
  };
}

function planSays(options: Options, ms: number, random: Random): Say[] {
  const spots = [...calmSpots(), ...laterSpots(options.turns - calmSpots().length, ms, random)]
    .sort((a, b) => a.at - b.at)
    .slice(0, options.turns);
  return spots.map(({ place, person, at }, turn) => ({
    turn,
    token: tokenOf(options.seed, turn),
    at,
    person,
    place,
    lane: laneOf(place, person),
    isDuplicated: random.happens(options.duplicates),
    isLost: random.happens(options.lost),
    ...(random.happens(options.modelFaults) && {
      modelFault: random.pick<ModelFault>(['cut', 'stall', 'status500']),
    }),
  }));
}

interface Spot {
  place: Place;
  person: string;
  at: number;
}

function calmSpots(): Spot[] {
  const places: Place[] = [
    ...DISCORD_CHANNELS.map((name) => ({ platform: 'discord', kind: 'channel', name }) as const),
    ...DISCORD_THREADS.map((name) => ({ platform: 'discord', kind: 'thread', name }) as const),
  ];
  const inPublic = places.map((place, index) => ({ place, person: PEOPLE[index % PEOPLE.length] ?? 'ada' }));
  const dm: Place = { platform: 'discord', kind: 'dm' };
  const inPrivate = PEOPLE.map((person) => ({ place: dm, person }));
  return [...inPublic, ...inPrivate].map((spot, index) => ({ ...spot, at: index * 150 }));
}

function laterSpots(turns: number, ms: number, random: Random): Spot[] {
  const spots: Spot[] = [];
  let threads = 0;
  const slackThread = () => {
    const number =
      random.happens(1 / SLACK_THREAD_TURNS) || threads === 0 ? threads++ : random.whole(threads);
    // The older ones rest.
    const name = Math.max(number, threads - 6);
    return {
      platform: 'slack',
      kind: 'thread',
      name: `thread-${name}`,
      channel: SLACK_CHANNELS[name % 2] ?? '',
    } as const;
  };
  const places: (() => Place)[] = [
    () => ({ platform: 'discord', kind: 'channel', name: random.pick(DISCORD_CHANNELS) }),
    () => ({ platform: 'discord', kind: 'channel', name: random.pick(DISCORD_CHANNELS) }),
    () => ({ platform: 'discord', kind: 'thread', name: random.pick(DISCORD_THREADS) }),
    () => ({ platform: 'discord', kind: 'dm' }),
    slackThread,
    slackThread,
    () => ({ platform: 'slack', kind: 'dm' }),
    () => ({ platform: 'page' }),
    () => ({ platform: 'page' }),
  ];
  // Bursts begin in the order of time, so that threads do.
  const begins: number[] = [];
  const sizes: number[] = [];
  for (let left = turns; left > 0; ) {
    const size = Math.min(left, 1 + random.whole(MOST_IN_A_ROW));
    sizes.push(size);
    begins.push(random.between(1_500, ms));
    left -= size;
  }
  begins.sort((a, b) => a - b);
  for (const [index, begin] of begins.entries()) {
    const place = random.pick(places)();
    const person = random.pick(PEOPLE);
    let at = begin;
    for (let count = sizes[index] ?? 0; count > 0; count--) {
      spots.push({
        place,
        person: isShared(place) ? random.pick([person, random.pick(PEOPLE)]) : person,
        at,
      });
      at += random.between(20, IN_A_ROW_MS);
    }
  }
  return spots;
}

/** Whether one lane is several people's. */
const isShared = (place: Place) => 'kind' in place && place.kind === 'thread';

function laneOf(place: Place, person: string): string {
  const where = [place.platform, 'kind' in place && place.kind, 'name' in place && place.name]
    .filter(Boolean)
    .join(' ');
  return isShared(place) ? where : `${where} ${person}`;
}

function planFaults(options: Options, ms: number, random: Random): Fault[] {
  const { kills, stops, pauses, pauseSeconds, processes, restartStore, store, slack } = options;
  const downMs = () =>
    random.happens(LONG_DOWN.share)
      ? random.between(LONG_DOWN.fromMs, LONG_DOWN.toMs)
      : random.between(0, 100);
  const upMs = () => (random.happens(ANYTIME_SHARE) ? 0 : random.between(UP_MS.from, UP_MS.to));
  const spread = <T>(count: number, make: (at: number) => T): T[] => {
    const slot = (ms - CALM_MS) / Math.max(1, count);
    return Array.from({ length: Math.round(count) }, (_, index) =>
      make(CALM_MS + (index + random.between(0, 0.8)) * slot),
    );
  };
  const often = (everyMs: number) => ((ms - CALM_MS) / everyMs) * options.faults;
  return [
    ...spread(kills + stops, (at) => at).map(
      (at, index, all): Fault =>
        // The stops stand evenly among the kills.
        Math.floor(((index + 1) * stops) / all.length) > Math.floor((index * stops) / all.length)
          ? { at, kind: 'stop', process: random.whole(processes), upMs: upMs(), downMs: downMs() }
          : {
              at,
              kind: 'kill',
              process: processes > 1 && random.happens(ALL_SHARE) ? 'all' : random.whole(processes),
              upMs: upMs(),
              when: random.happens(POSTING_SHARE) ? 'posting' : 'now',
              downMs: downMs(),
            },
    ),
    ...spread(
      pauses,
      (at): Fault => ({
        at,
        kind: 'pause',
        process: random.whole(processes),
        ms: random.between(2_000, pauseSeconds * 1_000),
      }),
    ),
    ...spread(often(CALLS_MS), (at) => callFault(at, random)),
    ...spread(often(CONNECTIONS_MS), (at) => connectionFault(at, store, slack, random)),
    ...spread(
      restartStore,
      (at): Fault => ({
        at,
        kind: 'store-restart',
        downMs: random.between(0, STORE_DOWN_MS),
      }),
    ),
  ];
}

function callFault(at: number, random: Random): Fault {
  const times = 1 + random.whole(2);
  if (random.happens(0.5)) {
    const fault = random.pick(['status500', 'status429', 'reset', 'resetAfter', 'resetAfter'] as const);
    return { at, kind: 'discord-calls', call: random.pick(['create', 'edit', '*'] as const), fault, times };
  }
  const fault = random.pick(['status500', 'ratelimited', 'reset', 'resetAfter', 'resetAfter']);
  const method = random.pick([
    'chat.postMessage',
    'chat.update',
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
    '*',
  ]);
  return { at, kind: 'slack-calls', method, fault, times };
}

function connectionFault(
  at: number,
  store: Options['store'],
  slack: Options['slack'],
  random: Random,
): Fault {
  const kinds: (() => Fault)[] = [
    () => ({
      at,
      kind: 'gateway',
      how: random.pick(['dropped', 'forgotten', 'invalid', 'reconnect'] as const),
    }),
    () => ({ at, kind: 'page-streams' }),
  ];
  if (slack === 'socket')
    kinds.push(() => ({ at, kind: 'socket', how: random.pick(['dropped', 'refresh_requested'] as const) }));
  if (store === 'postgres') kinds.push(() => ({ at, kind: 'store-connections' }));
  return random.pick(kinds)();
}
