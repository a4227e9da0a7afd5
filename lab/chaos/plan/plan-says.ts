/** Plans the messages: first one in every place on Discord, then bursts anywhere. */

import type { Options } from '../options.ts';
import { tokenOf } from '../people/answers.ts';
import {
  DISCORD_CHANNELS,
  DISCORD_THREADS,
  type ModelFault,
  PEOPLE,
  type Place,
  type Say,
  SLACK_CHANNELS,
} from './cast.ts';
import type { Dice } from './dice.ts';

/** Most messages in a row in a lane. */
const MOST_IN_A_ROW = 4;
/** Time between two messages in a row, ms. */
const IN_A_ROW_MS = 700;
/** Average number of messages in a thread on Slack. */
const SLACK_THREAD_TURNS = 5;

export function planSays(options: Options, ms: number, random: Dice): Say[] {
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

function laterSpots(turns: number, ms: number, random: Dice): Spot[] {
  const spots: Spot[] = [];
  let threads = 0;
  const slackThread = () => {
    const number =
      random.happens(1 / SLACK_THREAD_TURNS) || threads === 0 ? threads++ : random.whole(threads);
    // Older threads get no more messages.
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
  // Bursts begin in order of time, so that threads do too.
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

/** Whether several people share one lane. */
const isShared = (place: Place) => 'kind' in place && place.kind === 'thread';

function laneOf(place: Place, person: string): string {
  const where = [place.platform, 'kind' in place && place.kind, 'name' in place && place.name]
    .filter(Boolean)
    .join(' ');
  return isShared(place) ? where : `${where} ${person}`;
}
