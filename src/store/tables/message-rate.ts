/** Counts each person's messages in the store, for all processes together. */
import {
  type CountedMessages,
  countMessage,
  type MessageRate,
  RATE_MS,
  type Wait,
} from '../../core/access/message-rate.ts';
import { messageRateKey } from '../keys.ts';
import type { Store } from '../store.ts';

/** @param mostOf returns how many messages the person may send in a minute */
export function createMessageRate(store: Store, mostOf: (person: string) => number): MessageRate {
  return {
    async count(person, message) {
      const { within } = message;
      const limits = [
        { key: messageRateKey(person), most: mostOf(person) },
        ...(within ? [{ key: messageRateKey(person, within.tenant), most: within.most }] : []),
      ].filter(({ most }) => most !== Number.POSITIVE_INFINITY);
      if (limits.length === 0) return undefined;
      return store.exclusive(messageRateKey(person), async (rows) => {
        const counted = [];
        for (const { key, most } of limits)
          counted.push({ key, ...countMessage(await rows.read<CountedMessages>(key), message, most) });
        const waits = counted.filter(({ wait }) => wait !== undefined);
        // A message that waits for one limit counts for none.
        const written = waits.length > 0 ? waits : counted;
        await rows.write(written.map(({ key, sent }) => ({ key, value: sent, ttl: RATE_MS })));
        return longest(waits.flatMap(({ wait }) => wait ?? []));
      });
    },
  };
}

function longest(waits: Wait[]): Wait | undefined {
  const [wait] = waits.toSorted((a, b) => b.seconds - a.seconds);
  return wait && { ...wait, isFirst: waits.some(({ isFirst }) => isFirst) };
}
