/** The parts of a plan: people, places, messages and faults. */
import type { Fault as DiscordFault } from '../../counterparts/discord/faults.ts';

/** A place where people talk. A thread on Slack begins with its first message. */
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
  /** The lane: Parley answers its messages one after another. */
  lane: string;
  /** The message is delivered twice. */
  isDuplicated: boolean;
  /** The acknowledgement of the message is lost. */
  isLost: boolean;
  /** The model's fault at its first attempt. */
  modelFault?: ModelFault;
}

/** `cut` breaks off in the middle, `stall` stops sending there, `status500` does not begin. */
export type ModelFault = 'cut' | 'stall' | 'status500';

export type Fault = {
  at: number;
} & ( // `upMs`: least time for which the process must have been ready, ms. On a slow machine, a run would be only starts.
  | {
      kind: 'kill';
      process: number | 'all';
      upMs: number;
      when: 'now' | 'posting' | 'searching';
      downMs: number;
    }
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

/**
 * Time without faults at the start, ms. Every place on Discord is used once in it, since Parley cannot catch up on a
 * place that it never saw.
 */
export const CALM_MS = 4_000;
