/** Counts each person's messages in the store, for all processes together. */
import {
  type CountedMessages,
  countMessage,
  type MessageRate,
  RATE_MS,
} from '../../core/access/message-rate.ts';
import { messageRateKey } from '../keys.ts';
import type { Store } from '../store.ts';

/** @param mostOf returns how many messages the person may send in a minute */
export function createMessageRate(store: Store, mostOf: (person: string) => number): MessageRate {
  return {
    async count(person, message) {
      const most = mostOf(person);
      if (most === Number.POSITIVE_INFINITY) return undefined;
      const key = messageRateKey(person);
      return store.exclusive(key, async (rows) => {
        const { sent, wait } = countMessage(await rows.read<CountedMessages>(key), message, most);
        await rows.write([{ key, value: sent, ttl: RATE_MS }]);
        return wait;
      });
    },
  };
}
