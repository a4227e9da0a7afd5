/** The page's lists of conversations, one row for each tenant. */
import type { ConversationEntry, ConversationLists } from '../../core/storage.ts';
import type { TenantId } from '../../core/types.ts';
import { conversationsKey } from '../keys.ts';
import type { Rows, Store } from '../store.ts';

/** Conversations that a person can have. With more, the page asks them to delete some. */
const MOST_CONVERSATIONS = 1_000;

export function createConversationLists(store: Store): ConversationLists {
  const list = async (tenant: TenantId, rows: Rows = store) =>
    (await rows.read<ConversationEntry[]>(conversationsKey(tenant))) ?? [];
  const write = (rows: Rows, tenant: TenantId, entries: ConversationEntry[]) =>
    rows.write([{ key: conversationsKey(tenant), value: entries.sort((a, b) => b.at - a.at) }]);

  return {
    tenants: async () =>
      (await store.keys(conversationsKey(''))).map((one) => one.slice(conversationsKey('').length)),
    list,
    find: async (tenant, id) => (await list(tenant)).find((entry) => entry.id === id),
    add: (tenant, entry) =>
      store.exclusive(conversationsKey(tenant), async (rows) => {
        const entries = await list(tenant, rows);
        if (entries.some(({ id }) => id === entry.id)) return 'added';
        if (entries.length >= MOST_CONVERSATIONS) return 'full';
        await write(rows, tenant, [entry, ...entries]);
        return 'added';
      }),
    change: (tenant, id, change) =>
      store.exclusive(conversationsKey(tenant), async (rows) => {
        const entries = await list(tenant, rows);
        const old = entries.find((entry) => entry.id === id);
        if (!old) return undefined;
        const changed = { ...old, ...change(old) };
        await write(rows, tenant, [changed, ...entries.filter((entry) => entry.id !== id)]);
        return changed;
      }),
    remove: (tenant, id) =>
      store.exclusive(conversationsKey(tenant), async (rows) => {
        const entries = await list(tenant, rows);
        await write(
          rows,
          tenant,
          entries.filter((entry) => entry.id !== id),
        );
      }),
  };
}
