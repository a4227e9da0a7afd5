/**
 * Keeps messages of a thread that came before the message by which Parley joins it. Platforms promise no order, so
 * that message may still be under way. The kept ones are taken again once Parley is in the thread.
 */
import { LRUCache } from 'lru-cache';
import { isLater } from '../catch-up/later-id.ts';

export interface OvertakingMessages<Raw> {
  /** Keeps a message in a thread that Parley is not known to be in. */
  hold(thread: string, id: string, raw: Raw): void;
  /** Notes that Parley is in a thread since the message with that id. */
  joined(thread: string, since: string): void;
}

export interface OvertakingOptions<Raw> {
  /** Does nothing if the message is not for Parley, or was taken meanwhile. */
  takeAgain(raw: Raw): void;
  /** How long messages are kept, ms. Default: as long as there is room. */
  keptMs?: number;
  /** Waits before a message is tried again, ms: another process may have joined the thread. */
  againMs: number[];
}

const MOST_THREADS = 1_000;
/** Most messages kept of one thread. */
const MOST_HELD = 20;

export function createOvertaking<Raw extends object>(
  options: OvertakingOptions<Raw>,
): OvertakingMessages<Raw> {
  const { takeAgain, keptMs, againMs } = options;
  /** Messages by thread and id. */
  const held = new LRUCache<string, Map<string, Raw>>({
    max: MOST_THREADS,
    // Entries that expire in threads nobody writes in are never read again, so they are purged.
    ...(keptMs !== undefined && { ttl: keptMs, ttlAutopurge: true }),
  });

  return {
    hold(thread, id, raw) {
      const messages = held.get(thread) ?? new Map<string, Raw>();
      if (messages.has(id)) return;
      const kept = [...messages, [id, raw] as const].slice(-MOST_HELD);
      held.set(thread, new Map(kept));
      const again = () => {
        if (held.get(thread)?.has(id)) takeAgain(raw);
      };
      for (const ms of againMs) setTimeout(again, ms).unref();
    },

    joined(thread, since) {
      const messages = [...(held.get(thread) ?? [])];
      held.delete(thread);
      // Earlier messages are read as the thread's history.
      for (const [id, raw] of messages) if (isLater(id, since)) takeAgain(raw);
    },
  };
}
