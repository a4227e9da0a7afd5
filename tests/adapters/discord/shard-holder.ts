/** A process with Discord's gateway and nothing else of Parley, on a store in memory that others share. */
import { REST } from 'discord.js';
import Keyv from 'keyv';
import pino from 'pino';
import { asShared, type BreakableStore, breakableStore } from '../../../lab/counterparts/breakable-store.ts';
import type { Discord } from '../../../lab/counterparts/discord/start.ts';
import { createGateway, type Gateway } from '../../../src/adapters/discord/gateway/gateway.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createHeartbeats } from '../../../src/store/leases/heartbeats.ts';
import { createLocalLeases, createSharedLeases } from '../../../src/store/leases/leases.ts';
import type { Store } from '../../../src/store/store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';

export interface ShardHolder extends AsyncDisposable {
  gateway: Gateway;
  /** Its way to the store, which a test cuts. */
  store: BreakableStore;
  /** The shards that it is connected with, as `id/count`. */
  shards(): string[];
  /** The ids of the messages that it took. */
  taken: string[];
  log: string[];
  stop(): Promise<void>;
  /** Nothing of it has any effect any more; its connections are gone. */
  kill(): void;
}

export const memory = () => createKeyvStore(new Keyv());
export const sharedMemory = () => asShared(memory());

/** On a store of its own, it is alone. */
export async function startShardHolder(discord: Discord, through: Store): Promise<ShardHolder> {
  const store = breakableStore(through);
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const heartbeats = store.isShared ? createHeartbeats(store, log) : undefined;
  const taken: string[] = [];
  const gateway = createGateway({
    rest: new REST({ api: discord.url, timeout: 2_000, retries: 0 }).setToken(discord.token),
    token: discord.token,
    adapterState: createAdapterState(store, 'discord'),
    leases: heartbeats ? createSharedLeases(store, heartbeats) : createLocalLeases(),
    isShared: store.isShared,
    isTokenRefused: async () => true,
    log,
    onReady: () => {},
    onEvent({ t, d }) {
      if (t === 'MESSAGE_CREATE') taken.push(d.id);
    },
  });
  let isStopped = false;
  const holder: ShardHolder = {
    gateway,
    store,
    shards: () => everyShard.filter((name) => gateway.isConnected(named(name))),
    taken,
    log: lines,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      await gateway.stop();
      await heartbeats?.stop();
    },
    kill() {
      isStopped = true;
      store.kill();
      void gateway.stop();
    },
    async [Symbol.asyncDispose]() {
      store.resume();
      await holder.stop();
    },
  };
  await gateway.start();
  return holder;
}

const MOST = 8;
const everyShard = Array.from({ length: MOST }, (_, index) => index + 1).flatMap((count) =>
  Array.from({ length: count }, (_, id) => `${id}/${count}`),
);

function named(name: string) {
  const [id = 0, count = 1] = name.split('/').map(Number);
  return { id, count };
}
