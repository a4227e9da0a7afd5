/** Settings in the store, one row for each tenant. The vault seals API keys for their tenant and base URL. */

import { VaultError } from '../../core/errors.ts';
import { normalBaseUrl } from '../../core/models/base-url.ts';
import { MOST_PERSONAS, type Settings, type TenantSettings } from '../../core/settings.ts';
import type { TenantId } from '../../core/types.ts';
import { settingsKey } from '../keys.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Rows, Store } from '../store.ts';

interface Row extends Omit<TenantSettings, 'keys'> {
  v: 1;
  keys: Record<string, { last4: string; sealed: string }>;
}

const purpose = (baseUrl: string) => `api-key ${baseUrl}`;
/** Older versions stored a base URL as the person wrote it, for example with an endpoint at its end. */
const normal = (baseUrl: string) => normalBaseUrl(baseUrl) ?? baseUrl;

export function createSettings(store: Store, vault: Vault): Settings {
  const read = async (tenant: TenantId, rows: Rows = store): Promise<Row> =>
    (await rows.read<Row>(settingsKey(tenant))) ?? { v: 1, keys: {} };
  const view = ({ v: _, keys, baseUrl, ...choices }: Row): TenantSettings => ({
    ...choices,
    ...(baseUrl !== undefined && { baseUrl: normal(baseUrl) }),
    keys: Object.fromEntries(
      Object.keys(keys).flatMap((spelling) => {
        const found = entryOf(keys, normal(spelling));
        return found ? [[normal(spelling), { last4: found.entry.last4 }]] : [];
      }),
    ),
  });
  const update = (tenant: TenantId, change: (row: Row) => Row) =>
    store.exclusive(settingsKey(tenant), async (rows) => {
      const row = change(await read(tenant, rows));
      await rows.write([{ key: settingsKey(tenant), value: row }]);
      return view(row);
    });

  return {
    read: async (tenant) => view(await read(tenant)),
    change: (tenant, change) =>
      update(tenant, (row) => {
        const { roleDayLimits, personas } = change;
        const whole = {
          ...change,
          ...(roleDayLimits && { roleDayLimits: merged(row.roleDayLimits, roleDayLimits) }),
          ...(personas && { personas: merged(row.personas, personas, MOST_PERSONAS) }),
        };
        const given = Object.entries(whole).filter(([, value]) => value !== undefined);
        const changed = Object.entries({ ...row, ...Object.fromEntries(given) });
        return Object.fromEntries(changed.filter(([, value]) => value !== null)) as unknown as Row;
      }),
    async key(tenant, baseUrl) {
      const found = entryOf((await read(tenant)).keys, baseUrl);
      return found && vault.open(found.entry.sealed, tenant, purpose(found.spelling));
    },
    setKey: (tenant, baseUrl, key) =>
      update(tenant, (row) => {
        const entry = { last4: key.slice(-4), sealed: vault.seal(key, tenant, purpose(baseUrl)) };
        return { ...row, keys: { ...without(row.keys, baseUrl), [baseUrl]: entry } };
      }),
    removeKey: (tenant, baseUrl) => update(tenant, (row) => ({ ...row, keys: without(row.keys, baseUrl) })),
    forget: (tenant) => store.exclusive(settingsKey(tenant), (rows) => rows.remove([settingsKey(tenant)])),
  };
}

/**
 * The entries after a change of some. Null: there are none.
 * @param most new ones beyond it are left out
 */
function merged<Value>(
  old: Record<string, Value> | undefined,
  change: Record<string, Value | null>,
  most = Number.POSITIVE_INFINITY,
): Record<string, Value> | null {
  const all = new Map(Object.entries(old ?? {}));
  for (const [id, value] of Object.entries(change)) {
    if (value === null) all.delete(id);
    else if (all.has(id) || all.size < most) all.set(id, value);
  }
  return all.size > 0 ? Object.fromEntries(all) : null;
}

/** The stored API key for a base URL. Today's spelling of the URL comes before older ones. */
function entryOf(keys: Row['keys'], baseUrl: string) {
  const spellings = Object.keys(keys).filter((one) => normal(one) === normal(baseUrl));
  const spelling = spellings.includes(baseUrl) ? baseUrl : spellings[0];
  const entry = spelling === undefined ? undefined : keys[spelling];
  return spelling === undefined || !entry ? undefined : { spelling, entry };
}

function without(keys: Row['keys'], baseUrl: string): Row['keys'] {
  return Object.fromEntries(Object.entries(keys).filter(([one]) => normal(one) !== normal(baseUrl)));
}

/**
 * Seals every stored API key again, by the first master key. A key that no master key opens stays as it is.
 * @returns `unopened`: the tenants of those keys
 */
export async function resealKeys(
  store: Store,
  vault: Vault,
): Promise<{ resealed: number; unopened: TenantId[] }> {
  let resealed = 0;
  const unopened: TenantId[] = [];
  for (const key of await store.keys(settingsKey(''))) {
    const tenant = key.slice(settingsKey('').length);
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
