/** The port through which a command reads what was said at its place, as far as its caller may read it. */
import type { Quote } from '../types.ts';

/** A message of the place, as people see it. */
export interface ReadMessage {
  /** When it was sent (ms since 1970). */
  at: number;
  /** Its text and what it shows of others, each with its author. */
  quotes: Quote[];
  /** The platform's address of the message; undefined where the platform does not tell. Never throws. */
  link(): Promise<string | undefined>;
}

export interface WantedMessages {
  /** Most messages, the newest of them. */
  most: number;
  /** Only those sent since then (ms since 1970). */
  since?: number;
}

/**
 * Messages, oldest first, without those that were forgotten. `isCut`: there are older ones that were not read.
 * `not-allowed`: the caller may not read there. `not-readable`: Parley may not. `later`: the platform does not answer now.
 */
export type PlaceRead =
  | { messages: ReadMessage[]; isCut: boolean }
  | 'not-allowed'
  | 'not-readable'
  | 'later';

/** @throws StoreError */
export type ReadPlace = (wanted: WantedMessages, signal: AbortSignal) => Promise<PlaceRead>;
