/** What `doctor` finds about who can reach this Parley, and at whose expense. */
import { createServer } from 'node:net';
import { wasClosed } from '../adapters/web/door/door.ts';
import { type Config, kindOfDoor, settingNames } from '../config.ts';
import { createBoundedFetch } from '../core/bounded-fetch.ts';
import type { Finding } from '../core/platform.ts';
import { wayOutOf } from '../http.ts';
import type { Store } from '../store/store.ts';
import { createAccessLists } from '../store/tables/access-lists.ts';
import { createNotebook } from '../store/tables/adapter-state.ts';
import { findMisspelt } from './misspelt.ts';

const ALIVE_MS = 2_000;
const boundedFetch = createBoundedFetch(() => 2 ** 16);

/** Names that are close to a setting's, and are none. @param names of the environment and of .env */
export function checkNames(names: string[]): Finding[] {
  return findMisspelt(names, settingNames()).map(({ given, meant }) => ({
    what: 'settings',
    state: 'warning',
    says: `${given} is not a setting of Parley's, so it has no effect. Did you mean ${meant}?`,
  }));
}

/** Nothing where the port is free, or a Parley is what uses it. */
export async function checkPort({ HOST, PORT }: Config): Promise<Finding[]> {
  const says = await whyNotListening(HOST, PORT);
  if (says === undefined || (await isParley(HOST, PORT))) return [];
  return [{ what: 'port', state: 'failed', says: says.replace(/\.$/, '') }];
}

async function whyNotListening(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error
      ? (wayOutOf(error, { host: 'HOST', port: 'PORT' })?.message ?? error.message)
      : 'PORT cannot be listened on';
  } finally {
    server.close();
  }
}

async function isParley(host: string, port: number): Promise<boolean> {
  try {
    const response = await boundedFetch(`http://${inUrl(host)}:${port}/healthz`, {
      signal: AbortSignal.timeout(ALIVE_MS),
    });
    return response.ok && (await response.text()) === JSON.stringify({ status: 'alive' });
  } catch {
    return false;
  }
}

/**
 * Whether strangers can make the operator pay.
 * @param isPublicBot undefined where Discord does not say
 */
export async function checkStrangers(
  config: Config,
  store: Store | undefined,
  isPublicBot: boolean | undefined,
): Promise<Finding[]> {
  if (!isPaid(config)) return [];
  const what = 'limits';
  const kept = store && (await createAccessLists(store).read());
  const findings: Finding[] = [];
  const isOpenTo = (allowed: string[], keptAllowed: string[] = []) =>
    allowed.length + keptAllowed.length === 0;
  const hasOwnPeople = !isOpenTo(config.ALLOWED_PEOPLE, kept?.person.allowed);
  if (
    config.DISCORD_TOKEN !== undefined &&
    isPublicBot !== false &&
    isOpenTo(config.ALLOWED_SERVERS, kept?.server.allowed) &&
    !hasOwnPeople
  ) {
    findings.push({
      what,
      state: 'warning',
      says: 'anybody can invite the bot into a Discord server of theirs and is answered at your expense. Set ALLOWED_SERVERS to the ids of yours, or turn off Public Bot in the developer portal',
    });
  }
  // No list of servers says anything of direct messages.
  if (
    config.DISCORD_TOKEN !== undefined &&
    isPublicBot !== false &&
    config.DIRECT_MESSAGES === 'on' &&
    !hasOwnPeople
  ) {
    findings.push({
      what,
      state: 'note',
      says: 'anybody who adds the bot somewhere on Discord can write to it directly and is answered at your expense, whichever servers are allowed. Set DIRECT_MESSAGES=off, or ALLOWED_PEOPLE',
    });
  }
  const isInstallable = config.SLACK_CLIENT_ID !== undefined && !hasOwnPeople;
  if (isInstallable && isOpenTo(config.ALLOWED_WORKSPACES, kept?.workspace.allowed)) {
    findings.push({
      what,
      state: 'warning',
      says: 'anybody can install Parley into a Slack workspace of theirs and is answered at your expense. Set ALLOWED_WORKSPACES to the ids of yours',
    });
  }
  return findings;
}

/** Whether the operator's key answers people on Discord and Slack who set none. */
function isPaid({ OPENAI_API_KEY: key, OWN_KEY_ONLY }: Config): boolean {
  return key !== undefined && OWN_KEY_ONLY === 'off';
}

/** Whether others than people of this machine come in by the page without the access token, or have tried. */
export async function checkDoor(config: Config, store: Store | undefined): Promise<Finding[]> {
  const what = 'web';
  const kind = kindOfDoor(config);
  if (config.WEB === 'off' || kind === 'token') return [];
  const warn = (says: string): Finding[] => [{ what, state: 'warning', says }];
  if (kind === 'open')
    return warn(
      'the page is open to everyone who reaches it, at your expense, since WEB_OPEN is on. Leave that out for the access token',
    );
  const isClosed = store ? await wasClosed(createNotebook(store, 'web')) : await asksForToken(config);
  if (isClosed)
    return warn(
      'the page was reached from elsewhere, such as through a proxy, so it asks for the access token now. Set PUBLIC_URL to the address that people open',
    );
  if (config.TRUSTED_PROXIES.length > 0)
    return warn(
      'the page is open, and TRUSTED_PROXIES says that a proxy stands before it. Set PUBLIC_URL to the address that people open',
    );
  return [];
}

/** Of the Parley that runs: its store is its own. */
async function asksForToken({ HOST, PORT }: Config): Promise<boolean> {
  try {
    const response = await boundedFetch(`http://${inUrl(HOST)}:${PORT}/`, {
      signal: AbortSignal.timeout(ALIVE_MS),
    });
    return response.status === 401;
  } catch {
    return false;
  }
}

const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host);
