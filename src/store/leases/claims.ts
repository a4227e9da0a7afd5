/** Names that are taken once over all processes, each for a while: notes of an owner, as adapter state is. */
import type { Claims } from '../../core/money/limit-alerts.ts';
import { noteKey } from '../keys.ts';
import type { Store } from '../store.ts';

export function createClaims(store: Store, owner: string): Claims {
  return {
    take(name, ms) {
      const key = noteKey(owner, name);
      return store.exclusive(key, async (rows) => {
        if ((await rows.read(key)) !== undefined) return false;
        await rows.write([{ key, value: true, ttl: ms }]);
        return true;
      });
    },
    hold: (name, ms) => store.write([{ key: noteKey(owner, name), value: true, ttl: ms }]),
  };
}
