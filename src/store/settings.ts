/** Settings in the store, one row a tenant; keys in it are sealed by the vault for their tenant and base URL. */
import { type Settings, type TenantSettings, VaultError } from '../core/ports.ts';
import type { TenantId } from '../core/types.ts';
import type { Rows, Store } from './store.ts';
import type { Vault } from './vault.ts';

interface Row extends Omit<TenantSettings, 'keys'> {
  v: 1;
  keys: Record<string, { last4: string; sealed: string }>;
}

const rowKey = (tenant: TenantId) => `settings|${tenant}`;
const purpose = (baseUrl: string) => `api-key ${baseUrl}`;

export function createSettings(store: Store, vault: Vault): Settings {
  const read = async (tenant: TenantId, rows: Rows = store): Promise<Row> =>
    (await rows.read<Row>(rowKey(tenant))) ?? { v: 1, keys: {} };
  const view = ({ v: _, keys, ...choices }: Row): TenantSettings => ({
    ...choices,
    keys: Object.fromEntries(Object.entries(keys).map(([baseUrl, { last4 }]) => [baseUrl, { last4 }])),
  });
  const update = (tenant: TenantId, change: (row: Row) => Row) =>
    store.exclusive(rowKey(tenant), async (rows) => {
      const row = change(await read(tenant, rows));
      await rows.write([{ key: rowKey(tenant), value: row }]);
      return view(row);
    });

  return {
    read: async (tenant) => view(await read(tenant)),
    change: (tenant, change) =>
      update(tenant, (row) => {
        const given = Object.entries(change).filter(([, value]) => value !== undefined);
        const changed = Object.entries({ ...row, ...Object.fromEntries(given) });
        return Object.fromEntries(changed.filter(([, value]) => value !== null)) as unknown as Row;
      }),
    async key(tenant, baseUrl) {
      const sealed = (await read(tenant)).keys[baseUrl]?.sealed;
      return sealed === undefined ? undefined : vault.open(sealed, tenant, purpose(baseUrl));
    },
    setKey: (tenant, baseUrl, key) =>
      update(tenant, (row) => {
        const entry = { last4: key.slice(-4), sealed: vault.seal(key, tenant, purpose(baseUrl)) };
        return { ...row, keys: { ...row.keys, [baseUrl]: entry } };
      }),
    removeKey: (tenant, baseUrl) =>
      update(tenant, (row) => {
        const { [baseUrl]: _, ...keys } = row.keys;
        return { ...row, keys };
      }),
    forget: (tenant) => store.exclusive(rowKey(tenant), (rows) => rows.remove([rowKey(tenant)])),
  };
}

/**
 * Seals every stored key anew, by the first of the master keys. One that none of them opens stays as it is, and its
 * tenant is told.
 */
export async function resealKeys(
  store: Store,
  vault: Vault,
): Promise<{ resealed: number; unopened: TenantId[] }> {
  let resealed = 0;
  const unopened: TenantId[] = [];
  for (const key of await store.keys(rowKey(''))) {
    const tenant = key.slice(rowKey('').length);
    const outcomes = await store.exclusive(key, async (rows) => {
      const row = await rows.read<Row>(key);
      if (!row) return [];
      const outcomes = Object.entries(row.keys).map(([baseUrl, entry]) => {
        try {
          const secret = vault.open(entry.sealed, tenant, purpose(baseUrl));
          entry.sealed = vault.seal(secret, tenant, purpose(baseUrl));
          return 'resealed';
        } catch (error) {
          if (!(error instanceof VaultError)) throw error;
          return 'unopened';
        }
      });
      await rows.write([{ key, value: row }]);
      return outcomes;
    });
    for (const outcome of outcomes) {
      if (outcome === 'resealed') resealed++;
      else unopened.push(tenant);
    }
  }
  return { resealed, unopened };
}
