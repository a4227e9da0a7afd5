/** `doctor`'s checks of this machine: names in the environment, and the port. */
import { createServer } from 'node:net';
import { type Config, settingNames } from '../config.ts';
import { createBoundedFetch } from '../core/network/bounded-fetch.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';
import { hostInUrl, wayOutOf } from '../http.ts';
import { findMisspelt } from './misspelt.ts';

const ALIVE_MS = 2_000;
const boundedFetch = createBoundedFetch(() => 2 ** 16);

/**
 * Finds names that are close to a setting's name without being one.
 * @param names of the environment and of .env
 */
export function checkNames(names: string[]): Finding[] {
  return findMisspelt(names, settingNames()).map(({ given, meant }) => ({
    what: 'settings',
    state: 'warning',
    says: en.checks.misspelt(given, meant),
  }));
}

/** Finds nothing to report if the port is free, or if a Parley uses it. */
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
      : en.checks.portNotListened;
  } finally {
    server.close();
  }
}

async function isParley(host: string, port: number): Promise<boolean> {
  try {
    const response = await boundedFetch(`http://${hostInUrl(host)}:${port}/healthz`, {
      signal: AbortSignal.timeout(ALIVE_MS),
    });
    return response.ok && (await response.text()) === JSON.stringify({ status: 'alive' });
  } catch {
    return false;
  }
}
