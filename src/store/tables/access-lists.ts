/** What the operator allowed and blocked by commands, in one row. */
import { type AccessLists, type KeptAccessLists, noLists } from '../../core/access/access-lists.ts';
import type { Store } from '../store.ts';

const ROW = 'access-lists';

export function createAccessLists(store: Store): KeptAccessLists {
  const withAll = (lists: Partial<AccessLists> | undefined): AccessLists => ({ ...noLists(), ...lists });
  return {
    read: async () => withAll(await store.read<Partial<AccessLists>>(ROW)),
    change: (kind, change) =>
      store.exclusive(ROW, async (rows) => {
        const lists = withAll(await rows.read<Partial<AccessLists>>(ROW));
        const changed = { ...lists, [kind]: change(lists[kind]) };
        await rows.write([{ key: ROW, value: changed }]);
        return changed;
      }),
  };
}
