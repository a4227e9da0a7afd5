/** Who says what, where, and what may go wrong: the parts of a plan. */
import type { Fault as DiscordFault } from '../counterparts/discord/faults.ts';

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

export const PEOPLE = ['ada', 'ben', 'cleo', 'dora'];

export const DISCORD_CHANNELS = ['general', 'random', 'garden'];

export const DISCORD_THREADS = ['first-thread', 'second-thread'];

export const SLACK_CHANNELS = ['general', 'random'];

/** Every place on Discord is used once before anything goes wrong: what Parley never saw, it cannot look into later. */
export const CALM_MS = 4_000;
