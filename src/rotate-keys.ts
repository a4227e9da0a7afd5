/** `npm start -- keys rotate`: seals every stored API key with the first master key, so that older ones can go. */
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { openStore, sqlitePath } from './store/open.ts';
import { resealKeys } from './store/settings.ts';
import { createVault, opensStored, readOrMakeKeyRing } from './store/vault.ts';

/**
 * Prints how many; 0 when all of them could be opened.
 * @throws StoreError, such as while Parley runs; VaultError
 */
export async function rotateKeys({ STORE_URL, MASTER_KEYS }: Config): Promise<number> {
  const store = await openStore(STORE_URL);
  try {
    const path = join(dirname(sqlitePath(STORE_URL)), 'master.keys');
    const ring = MASTER_KEYS ?? readOrMakeKeyRing(path);
    const vault = createVault(ring);
    const { resealed, unopened } = await resealKeys(store, vault);
    await opensStored(vault, store);
    const [first] = ring.keys();
    console.log(`${count(resealed)} now sealed with the master key "${first}".`);
    if (unopened.length === 0) return 0;
    console.error(
      `${count(unopened.length)} opened by no master key, and left as they were. Bring the old master key back, or set the API keys again for:`,
    );
    for (const tenant of unopened) console.error(`  - ${tenant}`);
    return 1;
  } finally {
    await store.close();
  }
}

function count(keys: number): string {
  return keys === 1 ? 'One API key is' : `${keys} API keys are`;
}
