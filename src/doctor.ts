/** `npm start -- doctor`: tries each thing that is configured, and says the way out of each that fails. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Config, kindOfDoor } from './config.ts';
import { OPENAI_BASE_URL } from './core/models/base-url.ts';
import { listModels } from './core/models/catalog.ts';
import { failureOf } from './core/models/failures.ts';
import type { Failure } from './core/models/model.ts';
import { failureNotice } from './core/notices.ts';
import { StoreError, StoreInUseError, VaultError } from './core/ports.ts';
import { checkSlack } from './doctor-slack.ts';
import { folderOf, openStore, withoutPassword } from './store/open.ts';
import type { Store } from './store/store.ts';
import { createVault, opensStored, readOrMakeKeyRing } from './store/vault.ts';

const DISCORD_DEADLINE_MS = 10_000;

export interface Finding {
  what: string;
  state: 'ok' | 'note' | 'failed';
  says: string;
}

/** Prints the table; 0 when nothing failed. */
export async function doctor(config: Config): Promise<number> {
  const { store, finding } = await checkStore(config);
  const findings = [
    finding,
    await checkMasterKeys(config, store),
    await checkModel(config),
    await checkDiscord(config),
    ...(await checkSlack(config)),
    checkWeb(config),
  ];
  await store?.close();
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, state, says } of findings) {
    console.log(`${what.padEnd(width)}  ${state.padEnd('failed'.length)}  ${says}`);
  }
  return findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

async function checkStore({ STORE_URL }: Config): Promise<{ finding: Finding; store?: Store }> {
  const what = 'store';
  const name = withoutPassword(STORE_URL);
  try {
    const store = await openStore(STORE_URL, 0);
    const key = `doctor|${randomUUID()}`;
    await store.write([{ key, value: 1 }]);
    await store.remove([key]);
    return { finding: { what, state: 'ok', says: `${name} can be read and written` }, store };
  } catch (error) {
    if (error instanceof StoreInUseError) {
      return { finding: { what, state: 'ok', says: `${name} is in use by a running Parley` } };
    }
    if (!(error instanceof StoreError)) throw error;
    return { finding: { what, state: 'failed', says: error.message.replace(/\.$/, '') } };
  }
}

/** With a store at hand, also whether the keys open what is sealed in it. */
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
      return { what, state: 'ok', says: `in ${where}; keep a copy, stored API keys open with it only` };
    }
    const says = `those in ${where} do not open what is stored. Bring the old file back, or add the old key to MASTER_KEYS`;
    return { what, state: 'failed', says };
  } catch (error) {
    const reason = error instanceof VaultError ? error.message : `${path} cannot be written.`;
    return { what, state: 'failed', says: `${reason} Bring the file back, or set MASTER_KEYS` };
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
      says: 'no key: the built-in demo answers on the page, and nothing elsewhere until a key is set there. Set OPENAI_API_KEY for everybody',
    };
  }
  const provider = { baseUrl, ...(key !== undefined && { key }) };
  const model = config.OPENAI_MODEL;
  try {
    const models = await listModels(provider);
    // Ollama lists `llama3.2:latest` for what is asked for as `llama3.2`.
    if (models.includes(model) || models.includes(`${model}:latest`))
      return { what, state: 'ok', says: `${baseUrl} answers and has ${model}` };
    if (models.length === 0) return { what, state: 'note', says: `${baseUrl} answers, but lists no models` };
    return {
      what,
      state: 'note',
      says: `${baseUrl} answers, but does not list ${model}. If it has no such model, set OPENAI_MODEL to one it lists: ${models.slice(0, 3).join(', ')}`,
    };
  } catch (error) {
    const failure: Failure = failureOf(error);
    if (failure.kind === 'not-found' || failure.kind === 'forbidden')
      return { what, state: 'note', says: `${baseUrl} answers, but lists no models for this key` };
    return { what, state: 'failed', says: failureNotice(failure, { source: 'operator', model, provider }) };
  }
}

/** Without discord.js, which would connect. */
async function checkDiscord({ DISCORD_TOKEN, DISCORD_API_URL }: Config): Promise<Finding> {
  const what = 'discord';
  if (DISCORD_TOKEN === undefined) return { what, state: 'note', says: 'off; set DISCORD_TOKEN for it' };
  const host = new URL(DISCORD_API_URL).host;
  const failed = (says: string): Finding => ({ what, state: 'failed', says });
  try {
    const response = await fetch(`${DISCORD_API_URL}/v10/users/@me`, {
      headers: { authorization: `Bot ${DISCORD_TOKEN}`, 'user-agent': 'DiscordBot (parley, 0.1)' },
      redirect: 'error',
      signal: AbortSignal.timeout(DISCORD_DEADLINE_MS),
    });
    if (response.status === 401) {
      return failed(
        `${host} does not accept DISCORD_TOKEN. Copy the bot's token again from the developer portal`,
      );
    }
    if (!response.ok) return failed(`${host} answers with ${response.status}. Try again in a while`);
    const bot: unknown = await response.json();
    const isBot = typeof bot === 'object' && bot !== null && 'username' in bot;
    if (isBot) return { what, state: 'ok', says: `the token is that of ${JSON.stringify(bot.username)}` };
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      return failed(`${host} cannot be reached. Check the network, or DISCORD_API_URL`);
    }
  }
  return failed(`${host} answers, but not as Discord does. Check DISCORD_API_URL`);
}

function checkWeb(config: Config): Finding {
  const { WEB, HOST, PORT, WEB_TOKEN } = config;
  const what = 'web';
  if (WEB === 'off') return { what, state: 'note', says: 'the page is off; set WEB=on for it' };
  const token = WEB_TOKEN ? 'the one in WEB_TOKEN' : 'one made on first start, in web.token beside the store';
  const access = {
    open: 'open to everyone who reaches it, since WEB_OPEN is on',
    loopback: 'open to this machine, until it is reached from elsewhere',
    token: `asking for an access token: ${token}`,
  }[kindOfDoor(config)];
  return { what, state: 'ok', says: `the page will be on ${HOST}, port ${PORT}, ${access}` };
}
