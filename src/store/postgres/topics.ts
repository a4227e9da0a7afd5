/** What processes tell each other, by LISTEN and NOTIFY over a connection of its own that comes back by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Store } from '../store.ts';
import { fromText, toText } from './rows.ts';

export interface Topics extends Pick<Store, 'tell' | 'onTold'> {
  close(): Promise<void>;
}

const CHANNEL = 'parley';
const NOTIFY = `SELECT pg_notify('${CHANNEL}', $1)`;
/** Postgres: a payload "must be shorter than 8000 bytes" (NOTIFY). */
const PAYLOAD_BYTES = 7_999;
/** A connection that has died without a word is found out by asking. */
const HEARTBEAT_MS = 10_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Listens; what was told while it could not comes as one empty topic once it can again.
 * @param newClient not connected yet; its queries have a deadline, after which it disconnects
 * @throws what pg throws where it cannot connect at first
 */
export async function openTopics(newClient: () => Client): Promise<Topics> {
  const listeners = new Set<(topic: string) => void>();
  const closing = new AbortController();
  const hear = (topic: string) => {
    for (const listener of listeners) listener(topic);
  };
  let client: Client | undefined;
  /** Other processes may have missed a message. */
  let isUntold = false;

  const connect = async () => {
    const one = newClient();
    // Each ends in the connection's end, and so in another one.
    one.on('error', () => {});
    one.on('notification', ({ payload = '', processId }) => {
      if (processId !== processIdOf(one)) hear(fromText(payload));
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
  };
  const reconnect = async () => {
    for (let wait = FIRST_RETRY_MS; !closing.signal.aborted; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      try {
        await sleep(wait, undefined, { signal: closing.signal });
        await connect();
      } catch {
        continue;
      }
      if (isUntold) {
        isUntold = false;
        void tellOthers('');
      }
      return hear('');
    }
  };
  const ask = (sql: string, values: unknown[] = []) => client?.query(sql, values);
  const tellOthers = async (payload: string) => {
    try {
      if (!(await ask(NOTIFY, [payload]))) isUntold = true;
    } catch {
      isUntold = true;
    }
  };

  await connect();
  const heartbeat = setInterval(() => void ask('SELECT 1')?.catch(() => {}), HEARTBEAT_MS).unref();
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
      closing.abort();
      const last = client;
      client = undefined;
      await last?.end();
    },
  };
}

/** Which of the server's processes a connection is; @types/pg 8 does not know it. */
function processIdOf(client: Client): number | null {
  return (client as Client & { processID: number | null }).processID;
}
