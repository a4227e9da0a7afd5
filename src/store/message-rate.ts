/** Counts people's messages in the store, for all processes together. */
import { countMessage, type MessageRate, RATE_MS, type Sent } from '../core/message-rate.ts';
import type { Store } from './store.ts';

/** @param most messages of one person in a minute */
export function createMessageRate(store: Store, most: number): MessageRate {
  return {
    count(person, message) {
      const key = `message-rate|${person}`;
      return store.exclusive(key, async (rows) => {
        const { sent, wait } = countMessage(await rows.read<Sent>(key), message, most);
        await rows.write([{ key, value: sent, ttl: RATE_MS }]);
        return wait;
      });
    },
  };
}
