/** A connection to a Slack of our own, without the adapter: with a store, and the HTTP server it is mounted on. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import {
  createSlackConnection,
  type SlackConnection,
  type SlackConnectionOptions,
} from '../../../src/adapters/slack/connection/connection.ts';
import { startHttp } from '../../../src/http.ts';
import { createLocalLeases } from '../../../src/store/leases/leases.ts';
import { openStore } from '../../../src/store/open.ts';
import { createSecrets } from '../../../src/store/secrets/secrets.ts';
import { createVault, parseKeyRing } from '../../../src/store/secrets/vault.ts';
import type { Store } from '../../../src/store/store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';
import { emptyFolder } from '../../fixtures.ts';

export type Tokens = Pick<
  SlackConnectionOptions,
  'botToken' | 'appToken' | 'signingSecret' | 'oauth' | 'publicUrl'
>;

export interface Connected extends AsyncDisposable {
  connection: SlackConnection;
  /** Where Parley listens. */
  url: string;
  store: Store;
  /** The tenants whose data was asked to be forgotten. */
  forgotten: string[];
  /** Makes the next so many of these fail. */
  failForgetting(times: number): void;
  log: string[];
  /** Everything in the files of the store. */
  stored(): Promise<string>;
}

/** Not started yet, so that listeners can be added. */
export async function connectionTo(
  apiUrl: string,
  tokens: Tokens,
  folder?: string | undefined,
): Promise<Connected> {
  const place = folder ?? (await emptyFolder());
  const store = await openStore(`sqlite://${join(place, 'parley.sqlite')}`);
  const vault = createVault(parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`));
  const log: string[] = [];
  const forgotten: string[] = [];
  let failures = 0;
  const connection = createSlackConnection({
    apiUrl,
    ...tokens,
    secrets: createSecrets(store, vault),
    adapterState: createAdapterState(store, 'slack'),
    leases: createLocalLeases(),
    isAllowed: async () => true,
    welcome: async () => 'Hello.',
    audit: () => {},
    async forget(tenant) {
      if (failures-- > 0) throw new Error('the store does not answer');
      forgotten.push(tenant);
    },
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
  });
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    settings: { host: 'HOST', port: 'PORT' },
    routes: [connection.routes],
  });
  return {
    connection,
    url: http.url,
    store,
    forgotten,
    failForgetting(times) {
      failures = times;
    },
    log,
    async stored() {
      const files = await readdir(place);
      return (await Promise.all(files.map((file) => readFile(join(place, file), 'latin1')))).join('\n');
    },
    async [Symbol.asyncDispose]() {
      await connection.stop();
      await http.stop();
      await store.close();
    },
  };
}
