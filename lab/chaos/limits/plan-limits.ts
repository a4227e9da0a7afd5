/** Plans the servers with their limits, and the questions: bursts, in one server after another. */
import { seededRandom } from '../../counterparts/faults.ts';
import type { Options } from '../options.ts';
import { tokenOf } from '../people/answers.ts';
import { type Dice, dice } from '../plan/dice.ts';
import { BURST, CHANNELS, type OperatorRules, peopleOf, type Question, type Server } from './cast.ts';
import { zoneWithMidnightAt } from './clock.ts';

export interface LimitsPlan {
  servers: Server[];
  operator: OperatorRules;
  questions: Question[];
}

/** Bursts in each server: the limits of people are reached first, then that of the server. */
const BURSTS_OF_A_SERVER = 4;
/** The most tokens of an answer for which the limits below are made. */
const ANSWER_TOKENS = 1_200;
/** Dollars. An answer costs about a tenth of a cent. */
const DOLLARS = { server: 0.3, person: 0.04, guest: 0.015, trusted: 0.06, personEverywhere: 0.08 };
/** Part of what all servers may spend in a day that the installation may. */
const OF_ALL = 0.45;
/** Part of the run until the operator's day is over. Servers with a zone of their own begin a day earlier. */
const MIDNIGHT = { operator: 0.55, server: 0.35 };
/** A burst is asked within this time, ms. */
const BURST_MS = 300;
/** Share of the questions that their person stops, edits, or has answered again. */
const ACTS = 0.2;

/** @param startsAt when the first question is asked (ms since 1970) */
export function planLimits(options: Options, startsAt: number): LimitsPlan {
  const random = dice(seededRandom(options.seed));
  const bursts = Math.max(1, Math.round(options.turns / BURST));
  const ms = options.seconds * 1_000;
  const count = Math.ceil(bursts / BURSTS_OF_A_SERVER);
  const midnight = (share: number) => zoneWithMidnightAt(startsAt + ms * share);
  const factor = options.answerTokens / ANSWER_TOKENS;
  const servers = Array.from({ length: count }, (_, index) =>
    serverOf(index, { timeZone: midnight(MIDNIGHT.server), factor }, random),
  );
  return {
    servers,
    operator: {
      spendDay: dollars(count * DOLLARS.server * OF_ALL * factor),
      spendMonth: dollars(count * DOLLARS.server * factor),
      tenantDay: dollars(DOLLARS.server * factor),
      personDay: dollars(DOLLARS.personEverywhere * factor),
      timeZone: midnight(MIDNIGHT.operator),
    },
    questions: Array.from({ length: bursts }, (_, burst) => {
      const server = Math.floor(burst / BURSTS_OF_A_SERVER);
      return burstOf(options, { burst, server, at: (ms / bursts) * burst }, random);
    }).flat(),
  };
}

/** Whole cents of a cent, so that both sides read the same number. */
const dollars = (n: number) => Math.round(n * 10_000) / 10_000;

function serverOf(
  index: number,
  { timeZone, factor }: { timeZone: string; factor: number },
  random: Dice,
): Server {
  const people = peopleOf(index);
  const some = (share: number) => people.filter(() => random.happens(share));
  // In every third server only the operator's limits hold.
  const isBare = index % 3 === 2;
  return {
    name: `server-${index}`,
    limits: isBare
      ? {}
      : {
          dayLimit: dollars(DOLLARS.server * factor * 0.9),
          personDayLimit: dollars(DOLLARS.person * factor),
        },
    roles: isBare
      ? {}
      : { guest: dollars(DOLLARS.guest * factor), trusted: dollars(DOLLARS.trusted * factor) },
    ...(index % 2 === 0 && { timeZone }),
    history: index % 2 === 0 ? 'person' : 'channel',
    members: { guest: some(0.3), trusted: some(0.3) },
  };
}

function burstOf(
  { seed }: Options,
  { burst, server, at }: { burst: number; server: number; at: number },
  random: Dice,
): Question[] {
  const people = peopleOf(server);
  return Array.from({ length: BURST }, (_, index) => {
    // Some people ask far more than others, so that their own limits are reached first.
    const person = people[Math.floor(random.between(0, 1) ** 2 * people.length)] ?? '';
    const kind = random.pick(['stop', 'edit', 'regenerate'] as const);
    const hasAct = random.happens(ACTS);
    return {
      token: tokenOf(seed, burst * BURST + index),
      at: at + random.between(0, BURST_MS),
      person,
      server: `server-${server}`,
      channel: random.pick(CHANNELS),
      ...(hasAct && { act: { kind, afterMs: random.between(200, 4_000) } }),
    };
  }).sort((a, b) => a.at - b.at);
}
