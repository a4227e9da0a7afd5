/**
 * `npm start -- keys rotate`: seals every stored secret with the first master key, so that older keys can be dropped.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { en } from '../core/sentences/en.ts';
import { folderOf, openStore } from '../store/open.ts';
import { resealSecrets } from '../store/secrets/secrets.ts';
import { createVault, opensStored, readOrMakeKeyRing } from '../store/secrets/vault.ts';
import { resealKeys } from '../store/tables/settings.ts';

/**
 * Prints the number of sealed secrets. Returns 0 if all of them could be opened.
 * @throws StoreError, such as while Parley runs; VaultError
 */
export async function rotateKeys({ STORE_URL, MASTER_KEYS }: Config): Promise<number> {
  const { rotating } = en.operating;
  const store = await openStore(STORE_URL);
  try {
    const path = join(folderOf(STORE_URL), 'master.keys');
    const ring = MASTER_KEYS ?? readOrMakeKeyRing(path);
    const vault = createVault(ring);
    const keys = await resealKeys(store, vault);
    const secrets = await resealSecrets(store, vault);
    await opensStored(vault, store);
    const [first] = ring.keys();
    console.log(rotating.keys(keys.resealed, first ?? ''));
    if (secrets.resealed > 0) console.log(rotating.installations(secrets.resealed));
    if (keys.unopened.length > 0) {
      console.error(rotating.keysUnopened(keys.unopened.length));
      for (const tenant of keys.unopened) console.error(`  - ${tenant}`);
    }
    if (secrets.unopened.length > 0) {
      console.error(rotating.installationsUnopened(secrets.unopened.length));
      for (const tenant of secrets.unopened) console.error(`  - ${tenant}`);
    }
    return keys.unopened.length + secrets.unopened.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}
