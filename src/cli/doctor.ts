/** `npm start -- doctor`: tries everything that is configured, and names the way out of each failure. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { adviceOn, PLATFORMS } from '../adapters/all.ts';
import type { Config } from '../config.ts';
import type { Kind } from '../core/access/access-lists.ts';
import { StoreError, StoreInUseError, VaultError } from '../core/errors.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';
import { accessListsOf, spendingAdvice } from '../start/operator-limits.ts';
import { folderOf, openStore } from '../store/open.ts';
import { createVault, opensStored, readOrMakeKeyRing } from '../store/secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { createAccessLists } from '../store/tables/access-lists.ts';
import { createAdapterState } from '../store/tables/adapter-state.ts';
import { withoutPassword } from '../store/url.ts';
import { checkLimits } from './check-limits.ts';
import { checkNames, checkPort } from './check-machine.ts';
import { checkModel } from './check-model.ts';
import { checkPrices } from './check-prices.ts';

/**
 * Prints the table. Returns 0 if nothing failed.
 * @param names all names in the environment and in .env
 */
export async function doctor(config: Config, names: string[]): Promise<number> {
  const { store, finding } = await checkStore(config);
  const isOpenTo = await openTo(config, store);
  const findings = [
    ...checkNames(names),
    finding,
    await checkMasterKeys(config, store),
    ...(await checkModel(config)),
    ...(await checkPrices(config)),
    ...checkLimits(config),
  ];
  for (const { name, check } of PLATFORMS)
    findings.push(
      ...(await check(config, { isOpenTo, ...(store && { adapterState: createAdapterState(store, name) }) })),
    );
  findings.push(
    ...[...adviceOn(config), ...spendingAdvice(config)].map(
      (advice): Finding => ({ ...advice, state: 'warning' }),
    ),
    ...(await checkPort(config)),
  );
  await store?.close();
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, state, says } of findings) {
    console.log(`${what.padEnd(width)}  ${state.padEnd('warning'.length)}  ${says}`);
  }
  return findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

/** By kind of list, whether strangers can ask at the operator's expense. */
async function openTo(config: Config, store: Store | undefined): Promise<(kind: Kind) => boolean> {
  const kept = store && (await createAccessLists(store).read());
  const lists = [accessListsOf(config), ...(kept ? [kept] : [])];
  const isPaid = config.OPENAI_API_KEY !== undefined && config.OWN_KEY_ONLY === 'off';
  const isEmpty = (kind: Kind) => lists.every((one) => one[kind].allowed.length === 0);
  return (kind) => isPaid && isEmpty(kind) && isEmpty('person');
}

async function checkStore({ STORE_URL }: Config): Promise<{ finding: Finding; store?: Store }> {
  const what = 'store';
  const name = withoutPassword(STORE_URL);
  try {
    const store = await openStore(STORE_URL, 0);
    const key = `doctor|${randomUUID()}`;
    await store.write([{ key, value: 1 }]);
    await store.remove([key]);
    return { finding: { what, state: 'ok', says: en.checks.storeWorks(name) }, store };
  } catch (error) {
    if (error instanceof StoreInUseError) {
      return { finding: { what, state: 'ok', says: en.checks.storeInUse(name) } };
    }
    if (!(error instanceof StoreError)) throw error;
    return { finding: { what, state: 'failed', says: error.message.replace(/\.$/, '') } };
  }
}

/** Checks the master keys. If the store can be opened, also checks whether they open its secrets. */
async function checkMasterKeys(
  { MASTER_KEYS, STORE_URL }: Config,
  store: Store | undefined,
): Promise<Finding> {
  const what = 'master keys';
  const path = join(folderOf(STORE_URL), 'master.keys');
  const where = MASTER_KEYS ? 'MASTER_KEYS' : path;
  try {
    const vault = createVault(MASTER_KEYS ?? readOrMakeKeyRing(path));
    if (!store || (await opensStored(vault, store))) {
      return { what, state: 'ok', says: en.checks.keysOpen(where) };
    }
    return { what, state: 'failed', says: en.checks.keysDoNotOpen(where) };
  } catch (error) {
    const reason = error instanceof VaultError ? error.message : undefined;
    return { what, state: 'failed', says: en.checks.keysMissing(reason, path) };
  }
}
