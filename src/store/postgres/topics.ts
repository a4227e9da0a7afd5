/** Topics on Postgres, by LISTEN and NOTIFY over a connection of their own, which is made again when it is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Store } from '../store.ts';
import { fromText, toText } from './rows.ts';

export interface PostgresTopics extends Pick<Store, 'tell' | 'onTold'> {
  close(): Promise<void>;
}

const CHANNEL = 'parley';
const NOTIFY = `SELECT pg_notify('${CHANNEL}', $1)`;
/** Postgres: a payload "must be shorter than 8000 bytes" (NOTIFY). */
const PAYLOAD_BYTES = 7_999;
/** Time between two queries that find out whether the connection has died silently, ms. */
const HEARTBEAT_MS = 10_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Listens. If topics were lost while the connection was down, the empty topic is told once the connection is up
 * again.
 * @param newClient returns a client that is not connected yet. Its queries have a deadline, after which it
 * disconnects.
 * @throws what pg throws if the first connection fails
 */
export async function openTopics(newClient: () => Client): Promise<PostgresTopics> {
  const listeners = new Set<(topic: string) => void>();
  const hear = (topic: string) => {
    for (const listener of listeners) listener(topic);
  };
  /** A topic could not be sent, so other processes have missed it. */
  let isUntold = false;
  const connection = createListener(newClient, {
    heard: hear,
    again() {
      if (isUntold) {
        isUntold = false;
        void tellOthers('');
      }
      hear('');
    },
  });
  const tellOthers = async (payload: string) => {
    try {
      if (!(await connection.ask(NOTIFY, [payload]))) isUntold = true;
    } catch {
      isUntold = true;
    }
  };

  await connection.connect();
  const ask = () => void connection.ask('SELECT 1')?.catch(() => {});
  const heartbeat = setInterval(ask, HEARTBEAT_MS).unref();
  return {
    tell(topic) {
      hear(topic);
      const payload = toText(topic);
      void tellOthers(Buffer.byteLength(payload) > PAYLOAD_BYTES ? '' : payload);
    },
    onTold(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      clearInterval(heartbeat);
      await connection.close();
    },
  };
}

interface Listener {
  /** @throws what pg throws */
  connect(): Promise<void>;
  /** Undefined while there is no connection. */
  ask(sql: string, values?: unknown[]): Promise<unknown> | undefined;
  close(): Promise<void>;
}

interface ListenerEvents {
  /** Another process told a topic. */
  heard(topic: string): void;
  /** The connection is up again after it was lost. */
  again(): void;
}

/** A connection that listens, and that is made again when it is lost. */
function createListener(newClient: () => Client, { heard, again }: ListenerEvents): Listener {
  const closing = new AbortController();
  let client: Client | undefined;

  async function connect(): Promise<void> {
    const one = newClient();
    // After each error, the connection ends, and another is made.
    one.on('error', () => {});
    one.on('notification', ({ payload = '', processId }) => {
      if (processId !== processIdOf(one)) heard(fromText(payload));
    });
    one.once('end', () => {
      if (client !== one) return;
      client = undefined;
      void reconnect();
    });
    try {
      await one.connect();
      await one.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      void one.end();
      throw error;
    }
    if (closing.signal.aborted) void one.end();
    else client = one;
  }

  async function reconnect(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !closing.signal.aborted; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      try {
        await sleep(wait, undefined, { signal: closing.signal });
        await connect();
      } catch {
        continue;
      }
      return again();
    }
  }

  return {
    connect,
    ask: (sql, values = []) => client?.query(sql, values),
    async close() {
      closing.abort();
      const last = client;
      client = undefined;
      await last?.end();
    },
  };
}

/** The id of the server process behind a connection. @types/pg 8 does not know it. */
function processIdOf(client: Client): number | null {
  return (client as Client & { processID: number | null }).processID;
}
