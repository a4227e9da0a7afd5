/** The lists of conversations that people see, one row a tenant. */
import { createLanes } from '../core/lanes.ts';
import type { ConversationEntry, ConversationLists } from '../core/ports.ts';
import type { TenantId } from '../core/types.ts';
import type { Store } from './open.ts';

/** What one person can have; beyond it they are asked to delete some. */
const MOST_CONVERSATIONS = 1_000;

export function createConversationLists(store: Store): ConversationLists {
  const lanes = createLanes();
  const key = (tenant: TenantId) => `conversations|${tenant}`;
  const list = async (tenant: TenantId) => (await store.read<ConversationEntry[]>(key(tenant))) ?? [];
  const write = (tenant: TenantId, entries: ConversationEntry[]) =>
    store.write([{ key: key(tenant), value: entries.sort((a, b) => b.at - a.at) }]);

  return {
    list,
    find: async (tenant, id) => (await list(tenant)).find((entry) => entry.id === id),
    add: (tenant, entry) =>
      lanes.run(tenant, async () => {
        const entries = await list(tenant);
        if (entries.length >= MOST_CONVERSATIONS) return 'full';
        await write(tenant, [entry, ...entries]);
        return 'added';
      }),
    change: (tenant, id, change) =>
      lanes.run(tenant, async () => {
        const entries = await list(tenant);
        const old = entries.find((entry) => entry.id === id);
        if (!old) return undefined;
        const changed = { ...old, ...change(old) };
        await write(tenant, [changed, ...entries.filter((entry) => entry.id !== id)]);
        return changed;
      }),
    remove: (tenant, id) =>
      lanes.run(tenant, async () => {
        const entries = await list(tenant);
        await write(
          tenant,
          entries.filter((entry) => entry.id !== id),
        );
      }),
  };
}
