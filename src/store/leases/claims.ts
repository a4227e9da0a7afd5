/** Names that are taken once over all processes, each for a while: notes of an owner, as adapter state is. */
import { noteKey } from '../keys.ts';
import type { Store } from '../store.ts';

/** @returns takes a name for as long as that (ms), and says whether it was free. @throws StoreError */
export function createClaims(store: Store, owner: string): (name: string, ms: number) => Promise<boolean> {
  return (name, ms) => {
    const key = noteKey(owner, name);
    return store.exclusive(key, async (rows) => {
      if ((await rows.read(key)) !== undefined) return false;
      await rows.write([{ key, value: true, ttl: ms }]);
      return true;
    });
  };
}
