/** The settings of a counterpart of Discord. */

import type { Fault } from './faults.ts';
import type { Limit } from './rest/buckets.ts';
import type { RequestRecord } from './rest/request.ts';

export interface Settings {
  /** Round trip to REST, ms: half before the work and half after it. */
  delay: number;
  /** Whether the message content intent is switched on in the application's portal. */
  messageContentAllowed: boolean;
  /** Time in which an interaction waits for its first answer, ms. */
  callbackWindow: number;
  /** Lifetime of an interaction's token, ms. */
  tokenLifetime: number;
  /** Number of shards that Discord recommends. */
  shards: number;
  /** Least number of shards with which a bot may identify. */
  leastShards: number;
  /** Identifies allowed in five seconds. */
  maxConcurrency: number;
  /** Whether further identifies are refused with op 9, or only counted. */
  limitsIdentifies: boolean;
  /** Delay of a file download, ms. */
  fileDelay: number;
  /** Whether a reply includes the message it replies to: Discord may leave it out (message.mdx, referenced_message). */
  sendsReferenced: boolean;
  /** Address for resuming in READY; undefined means the gateway itself. */
  resumeUrl: string | undefined;
  /** Whether REST refuses the token (401), as after a reset in the portal. */
  refusesToken: boolean;
  /** A rule that refuses each request for which it returns a fault. */
  refuses?: ((request: RequestRecord) => Fault | undefined) | undefined;
  /**
   * Limit of edits of messages older than an hour, per channel. Discord does not document it: 3 in 20 s were
   * measured ◇.
   */
  oldEdits: Limit;
}

export function startSettings(options: Partial<Settings>): Settings {
  return {
    delay: 0,
    messageContentAllowed: options.messageContentAllowed ?? true,
    callbackWindow: 3000,
    tokenLifetime: 15 * 60_000,
    shards: options.shards ?? 1,
    leastShards: 1,
    maxConcurrency: options.maxConcurrency ?? 1,
    limitsIdentifies: false,
    fileDelay: 0,
    sendsReferenced: true,
    resumeUrl: undefined,
    refusesToken: false,
    oldEdits: { limit: 3, window: 20_000 },
  };
}
