/** The operator's lists, made by commands: who is allowed and who is blocked. They are one row. */
import { type AccessLists, type KeptAccessLists, noLists } from '../../core/access/access-lists.ts';
import { ACCESS_LISTS } from '../keys.ts';
import type { Store } from '../store.ts';

export function createAccessLists(store: Store): KeptAccessLists {
  const withAll = (lists: Partial<AccessLists> | undefined): AccessLists => ({ ...noLists(), ...lists });
  return {
    read: async () => withAll(await store.read<Partial<AccessLists>>(ACCESS_LISTS)),
    change: (kind, change) =>
      store.exclusive(ACCESS_LISTS, async (rows) => {
        const lists = withAll(await rows.read<Partial<AccessLists>>(ACCESS_LISTS));
        const changed = { ...lists, [kind]: change(lists[kind]) };
        await rows.write([{ key: ACCESS_LISTS, value: changed }]);
        return changed;
      }),
  };
}
