/** Secrets in the store, one row each. The vault seals them for their tenant and purpose. */

import { VaultError } from '../../core/errors.ts';
import type { Secrets } from '../../core/storage.ts';
import type { TenantId } from '../../core/types.ts';
import { SECRETS, secretKey } from '../keys.ts';
import type { Store } from '../store.ts';
import type { Vault } from './vault.ts';

interface Row {
  v: 1;
  tenant: TenantId;
  purpose: string;
  sealed: string;
  /** The row expires. */
  isPassing?: boolean;
}

export function createSecrets(store: Store, vault: Vault): Secrets {
  return {
    async read(tenant, purpose) {
      const row = await store.read<Row>(secretKey(tenant, purpose));
      return row && vault.open(row.sealed, tenant, purpose);
    },
    async write(tenant, purpose, secret, ttlMs) {
      const isPassing = ttlMs !== undefined;
      const sealed = vault.seal(secret, tenant, purpose);
      const value: Row = { v: 1, tenant, purpose, sealed, ...(isPassing && { isPassing }) };
      await store.write([{ key: secretKey(tenant, purpose), value, ...(isPassing && { ttl: ttlMs }) }]);
    },
    remove: (tenant, purpose) => store.remove([secretKey(tenant, purpose)]),
  };
}

/**
 * Seals every secret again by the first master key, as `resealKeys` does with API keys. A secret that no master key opens,
 * or that expires, stays as it is.
 */
export async function resealSecrets(
  store: Store,
  vault: Vault,
): Promise<{ resealed: number; unopened: TenantId[] }> {
  let resealed = 0;
  const unopened: TenantId[] = [];
  for (const key of await store.keys(SECRETS)) {
    const outcome = await store.exclusive(key, async (rows) => {
      // `hold` locks the row, since another process may be about to write it.
      const row = await rows.hold<Row>(key);
      if (!row || row.isPassing) return {};
      try {
        const secret = vault.open(row.sealed, row.tenant, row.purpose);
        const sealed = vault.seal(secret, row.tenant, row.purpose);
        await rows.write([{ key, value: { ...row, sealed } }]);
        return { isResealed: true };
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
        return { unopened: row.tenant };
      }
    });
    if (outcome.isResealed) resealed++;
    if (outcome.unopened !== undefined) unopened.push(outcome.unopened);
  }
  return { resealed, unopened };
}
