/** `npm start -- doctor`: tries everything that is configured, and names the way out of each failure. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { adviceOn, OPERATOR_WORDS, PLATFORMS } from '../adapters/all.ts';
import type { Config } from '../config.ts';
import type { Kind } from '../core/access/access-lists.ts';
import { StoreError, StoreInUseError, VaultError } from '../core/errors.ts';
import { isOpenAI, OPENAI_BASE_URL } from '../core/models/base-url.ts';
import { listModels } from '../core/models/catalog/catalog.ts';
import { askOneWord, CONCLUSIVE } from '../core/models/catalog/trial.ts';
import { failureOf } from '../core/models/failures/failures.ts';
import type { Failure, Model } from '../core/models/model.ts';
import { createOpenAIModel } from '../core/models/openai.ts';
import type { Provider } from '../core/models/provider.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';
import { failureNotice } from '../core/sentences/failure-notice.ts';
import { accessListsOf, spendingAdvice } from '../start/operator-limits.ts';
import { folderOf, openStore } from '../store/open.ts';
import { createVault, opensStored, readOrMakeKeyRing } from '../store/secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { createAccessLists } from '../store/tables/access-lists.ts';
import { createAdapterState } from '../store/tables/adapter-state.ts';
import { withoutPassword } from '../store/url.ts';
import { checkLimits } from './check-limits.ts';
import { checkNames, checkPort } from './check-machine.ts';
import { checkPrices } from './check-prices.ts';

/** Longest wait for the model's first word, ms. */
const WORD_MS = 20_000;

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
    await checkModel(config),
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

async function checkModel(config: Config): Promise<Finding> {
  const what = 'model';
  const baseUrl = config.OPENAI_BASE_URL ?? OPENAI_BASE_URL;
  const key = config.OPENAI_API_KEY;
  if (key === undefined && baseUrl === OPENAI_BASE_URL) {
    return {
      what,
      state: 'note',
      says: en.checks.demoAnswers,
    };
  }
  const provider = { baseUrl, ...(key !== undefined && { key }) };
  const model = config.OPENAI_MODEL;
  const choice = { source: 'operator' as const, model, provider };
  const failed = (failure: Failure): Finding => ({
    what,
    state: 'failed',
    says: failureNotice(failure, choice, { reader: 'operator', words: OPERATOR_WORDS }),
  });
  const listed = await listModels(provider).catch((error: unknown) => failureOf(error));
  // Asking the model for a word would fail the same way.
  if (!Array.isArray(listed) && CONCLUSIVE.has(listed.kind)) return failed(listed);
  const failure = await askOneWord(modelAt(config, provider), WORD_MS);
  if (!failure) return { what, state: 'ok', says: en.checks.modelAnswers(baseUrl, model) };
  if (failure.kind === 'late') {
    return { what, state: 'warning', says: en.checks.modelSlow(baseUrl, WORD_MS / 1000) };
  }
  if (failure.kind !== 'not-found' || !Array.isArray(listed)) return failed(failure);
  const others = listed.slice(0, 3);
  if (others.length === 0) return failed(failure);
  return { what, state: 'failed', says: en.checks.modelNotListed(baseUrl, model, others) };
}

function modelAt({ OPENAI_MODEL, OPENAI_API }: Config, provider: Provider): Model {
  const { baseUrl } = provider;
  const auto = isOpenAI(baseUrl) ? 'responses' : 'chat';
  return createOpenAIModel({
    provider,
    model: OPENAI_MODEL,
    api: OPENAI_API === 'auto' ? auto : OPENAI_API,
    firstChunkMs: WORD_MS,
    stallMs: WORD_MS,
  });
}
