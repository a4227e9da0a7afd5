/** Plans the faults: spread evenly over the time, in random order. */

import type { Options } from '../options.ts';
import { CALM_MS, type Fault } from './cast.ts';
import type { Dice } from './dice.ts';

/**
 * Share of kills that take every process, or that come while a message is posted. With one process, both are the
 * same.
 */
const ALL_SHARE = 0.2;
const POSTING_SHARE = 0.3;
/** With `--page`: share of kills in the middle of a request. */
const WRITING_SHARE = 0.75;
/** With `--tools`: share of kills of a process that is searching. */
const SEARCHING_SHARE = 0.85;
/**
 * Share of the ends that may come at any time, even during a start. The others come when the process has been ready
 * for a while.
 */
const ANYTIME_SHARE = 0.15;
/** Share of the pauses with the greatest length. */
const LONG_PAUSE_SHARE = 0.5;
const SHORTEST_PAUSE_MS = 2_000;
/** Share of the ends that are not followed by a start at once, and the delay of that start. */
const LONG_DOWN = { share: 0.25, fromMs: 1_500, toMs: 4_000 };
const STORE_DOWN_MS = 1_500;
/** Average time between two failures of calls, and between two failures of connections, ms. */
const CALLS_MS = 2_500;
const CONNECTIONS_MS = 9_000;

export function planFaults(options: Options, ms: number, random: Dice): Fault[] {
  const { kills, stops, pauses, pauseSeconds, processes, restartStore, store, slack } = options;
  const downMs = () =>
    random.happens(LONG_DOWN.share)
      ? random.between(LONG_DOWN.fromMs, LONG_DOWN.toMs)
      : random.between(0, 100);
  const upMs = () => (random.happens(ANYTIME_SHARE) ? 0 : random.between(options.upMs.from, options.upMs.to));
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
        // The stops are spread evenly among the kills.
        Math.floor(((index + 1) * stops) / all.length) > Math.floor((index * stops) / all.length)
          ? { at, kind: 'stop', process: random.whole(processes), upMs: upMs(), downMs: downMs() }
          : {
              at,
              kind: 'kill',
              process: processes > 1 && random.happens(ALL_SHARE) ? 'all' : random.whole(processes),
              upMs: upMs(),
              when: whenToKill(options, random),
              downMs: downMs(),
            },
    ),
    ...spread(
      pauses,
      (at): Fault => ({
        at,
        kind: 'pause',
        process: random.whole(processes),
        ms: random.happens(LONG_PAUSE_SHARE)
          ? pauseSeconds * 1_000
          : random.between(SHORTEST_PAUSE_MS, pauseSeconds * 1_000),
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

function whenToKill({ tools, page }: Options, random: Dice): Extract<Fault, { kind: 'kill' }>['when'] {
  if (tools && random.happens(SEARCHING_SHARE)) return 'searching';
  return random.happens(page ? WRITING_SHARE : POSTING_SHARE) ? 'posting' : 'now';
}

function callFault(at: number, random: Dice): Fault {
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

function connectionFault(at: number, store: Options['store'], slack: Options['slack'], random: Dice): Fault {
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
