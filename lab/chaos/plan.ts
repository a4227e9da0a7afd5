/** Who says what when, and what goes wrong when: all of a run, made from its seed. Times are milliseconds from its start. */
import type { Fault as DiscordFault } from '../counterparts/discord/faults.ts';
import { seededRandom } from '../counterparts/faults.ts';
import { dice } from './dice.ts';
import type { Options } from './options.ts';
import { planFaults } from './plan-faults.ts';
import { planSays } from './plan-says.ts';

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
export const CALM_MS = 4_000;

export function createPlan(options: Options): Plan {
  const ms = Math.max(options.seconds * 1000, CALM_MS * 2);
  const random = dice(seededRandom(options.seed));
  const says = planSays(options, ms, random);
  const faults = planFaults(options, ms, random).sort((a, b) => a.at - b.at);
  return { says, faults, ms };
}
