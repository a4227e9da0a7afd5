/**
 * `npm start -- keys rotate`: seals every stored secret with the first master key, so that older keys can be dropped.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { folderOf, openStore } from '../store/open.ts';
import { resealSecrets } from '../store/secrets/secrets.ts';
import { createVault, opensStored, readOrMakeKeyRing } from '../store/secrets/vault.ts';
import { resealKeys } from '../store/tables/settings.ts';

/**
 * Prints the number of sealed secrets. Returns 0 if all of them could be opened.
 * @throws StoreError, such as while Parley runs; VaultError
 */
export async function rotateKeys({ STORE_URL, MASTER_KEYS }: Config): Promise<number> {
  const store = await openStore(STORE_URL);
  try {
    const path = join(folderOf(STORE_URL), 'master.keys');
    const ring = MASTER_KEYS ?? readOrMakeKeyRing(path);
    const vault = createVault(ring);
    const keys = await resealKeys(store, vault);
    const secrets = await resealSecrets(store, vault);
    await opensStored(vault, store);
    const [first] = ring.keys();
    console.log(`${count(keys.resealed, 'API key')} now sealed with the master key "${first}".`);
    if (secrets.resealed > 0) console.log(`${count(secrets.resealed, 'installation')} as well.`);
    if (keys.unopened.length > 0) {
      console.error(
        `${count(keys.unopened.length, 'API key')} opened by no master key, and left as they were. Bring the old master key back, or set the API keys again for:`,
      );
      for (const tenant of keys.unopened) console.error(`  - ${tenant}`);
    }
    if (secrets.unopened.length > 0) {
      console.error(
        `${count(secrets.unopened.length, 'installation')} opened by no master key, and left as they were. Bring the old master key back, or install Parley again in:`,
      );
      for (const tenant of secrets.unopened) console.error(`  - ${tenant}`);
    }
    return keys.unopened.length + secrets.unopened.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

function count(number: number, what: string): string {
  return number === 1 ? `One ${what} is` : `${number} ${what}s are`;
}
