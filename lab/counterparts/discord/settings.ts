/** The settings of a counterpart of Discord. */
import type { Limit } from './buckets.ts';
import type { Fault } from './faults.ts';
import type { RequestRecord } from './request.ts';

export interface Settings {
  /** A round trip to REST, milliseconds; half of it before the work and half after. */
  delay: number;
  /** Whether the message content intent is switched on in the application's portal. */
  messageContentAllowed: boolean;
  /** How long an interaction waits for its first answer, milliseconds. */
  callbackWindow: number;
  /** How long an interaction's token can be used, milliseconds. */
  tokenLifetime: number;
  /** What Discord recommends. */
  shards: number;
  /** Of fewer, none may identify. */
  leastShards: number;
  /** Identifies in five seconds. */
  maxConcurrency: number;
  /** Whether more are refused with op 9, or only counted. */
  limitsIdentifies: boolean;
  /** Delay of a file, ms. */
  fileDelay: number;
  /** Whether a reply includes the message it replies to: Discord may leave it out (message.mdx, referenced_message). */
  sendsReferenced: boolean;
  /** READY's address for resuming; undefined: the gateway itself. */
  resumeUrl: string | undefined;
  /** The token was reset in the portal: REST refuses it (401). */
  refusesToken: boolean;
  /** A rule of the place: refuses each request for which it returns a fault. */
  refuses?: ((request: RequestRecord) => Fault | undefined) | undefined;
  /**
   * Limit of edits of messages older than an hour, per channel. Discord does not document it: 3 in 20 s were
   * measured ◇.
   */
  oldEdits: Limit;
}
