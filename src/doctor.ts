/** `npm start -- doctor`: tries each thing that is configured, and says the way out of each that fails. */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { OPENAI_BASE_URL } from './core/models/base-url.ts';
import { listModels } from './core/models/catalog.ts';
import { failureOf } from './core/models/failures.ts';
import type { Failure } from './core/models/model.ts';
import { failureNotice } from './core/notices.ts';
import { StoreError, StoreInUseError, VaultError } from './core/ports.ts';
import { openStore, sqlitePath } from './store/open.ts';
import { createVault, readOrMakeKeyRing } from './store/vault.ts';

interface Finding {
  what: string;
  state: 'ok' | 'note' | 'failed';
  says: string;
}

/** Prints the table; 0 when nothing failed. */
export async function doctor(config: Config): Promise<number> {
  const findings = [
    await checkStore(config),
    checkMasterKeys(config),
    await checkModel(config),
    checkWeb(config),
  ];
  const widths = [Math.max(...findings.map(({ what }) => what.length)), 6];
  for (const { what, state, says } of findings) {
    console.log(`${what.padEnd(widths[0] ?? 0)}  ${state.padEnd(widths[1] ?? 0)}  ${says}`);
  }
  return findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

async function checkStore({ STORE_URL }: Config): Promise<Finding> {
  const what = 'store';
  try {
    const store = await openStore(STORE_URL);
    const key = `doctor|${randomUUID()}`;
    try {
      await store.write([{ key, value: 1 }]);
      await store.remove([key]);
    } finally {
      await store.close();
    }
    return { what, state: 'ok', says: `${STORE_URL} can be read and written` };
  } catch (error) {
    if (error instanceof StoreInUseError)
      return { what, state: 'ok', says: `${STORE_URL} is in use by a running Parley` };
    if (!(error instanceof StoreError)) throw error;
    const says = `${STORE_URL} cannot be written. Check its folder's owner and free space, or set STORE_URL`;
    return { what, state: 'failed', says };
  }
}

function checkMasterKeys({ MASTER_KEYS, STORE_URL }: Config): Finding {
  const what = 'master keys';
  const path = join(dirname(sqlitePath(STORE_URL)), 'master.keys');
  try {
    const vault = createVault(MASTER_KEYS ?? readOrMakeKeyRing(path));
    vault.open(vault.seal('secret', 'doctor', 'check'), 'doctor', 'check');
    return {
      what,
      state: 'ok',
      says: MASTER_KEYS ? 'from MASTER_KEYS' : `in ${path}; keep a copy, stored API keys open with it only`,
    };
  } catch (error) {
    const reason = error instanceof VaultError ? error.message : 'It cannot be read or written.';
    return { what, state: 'failed', says: `${path}: ${reason} Bring the file back, or set MASTER_KEYS` };
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
      says: 'no key: the built-in demo answers. Set OPENAI_API_KEY, or a key on the page',
    };
  }
  const provider = { baseUrl, ...(key !== undefined && { key }) };
  const model = config.OPENAI_MODEL;
  try {
    const models = await listModels(provider);
    // Ollama lists `llama3.2:latest` for what is asked for as `llama3.2`.
    if (models.includes(model) || models.includes(`${model}:latest`))
      return { what, state: 'ok', says: `${baseUrl} answers and has ${model}` };
    return {
      what,
      state: 'note',
      says: `${baseUrl} answers, but does not list ${model}. If it has no such model, set OPENAI_MODEL to one it lists: ${models.slice(0, 3).join(', ')}`,
    };
  } catch (error) {
    const failure: Failure = failureOf(error);
    if (failure.kind === 'not-found')
      return { what, state: 'note', says: `${baseUrl} answers, but lists no models` };
    return { what, state: 'failed', says: failureNotice(failure, { source: 'operator', model, provider }) };
  }
}

function checkWeb({ WEB, HOST, PORT }: Config): Finding {
  const says =
    WEB === 'on' ? `the page will be on ${HOST}, port ${PORT}` : 'the page is off; set WEB=on for it';
  return { what: 'web', state: WEB === 'on' ? 'ok' : 'note', says };
}
