/** A shard of Discord's gateway that this process holds: kept connected, and its events taken while it is held. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type APIGatewayBotInfo,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  GatewayIntentBits as Intent,
} from 'discord.js';
import type { Logger } from 'pino';
import type { Lease } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { ShardName } from '../ids.ts';
import type { IdentifyThrottle } from './identify-throttle.ts';
import { connectShard, type ShardConnection } from './shard-connection.ts';

export interface ShardOptions {
  name: ShardName;
  lease: Lease;
  token: string;
  /** Whether the texts of all messages are asked for. */
  asksForContent(): boolean;
  information(): Promise<APIGatewayBotInfo>;
  throttle: IdentifyThrottle;
  log: Logger;
  onConnected(): void;
  onDisconnected(): void;
  onReady(data: GatewayReadyDispatchData): void;
  /** Every event that comes while the shard is held, in order. */
  onEvent(event: GatewayDispatchPayload): void;
  /** A connection ended for good: whether another is made at once, else after a while. Must not throw. */
  onEnded(error: unknown, askedForContent: boolean): Promise<'at once' | 'later'>;
}

export interface Shard {
  name: ShardName;
  lease: Lease;
  readonly isConnected: boolean;
  /** Since when Discord cannot be reached, milliseconds since 1970. */
  readonly unreachedSince: number | undefined;
  /** Resolves once it is disconnected and takes no more events. */
  close(): Promise<void>;
}

const INTENTS = Intent.Guilds | Intent.GuildMessages | Intent.DirectMessages;
const FIRST_RETRY_MS = 1_000;
/** Discord counts identifies: a connection that fails each time is not hurried. */
const LONGEST_RETRY_MS = 60_000;
/**
 * So long an event waits at most until it is certain that the shard is still held: longer than a process needs that was
 * held up. Where the store is away it is not certain at all, and people are told of that.
 */
const CERTAIN_MS = 1_000;

export function createShard(options: ShardOptions): Shard {
  const { name, lease, throttle, log } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let connection: ShardConnection | undefined;
  let isConnected = false;
  let unreachedSince: number | undefined;
  let askedForContent = false;
  let wait = FIRST_RETRY_MS;
  /** The events so far, one after another. */
  let taking: Promise<void> = Promise.resolve();

  function take(work: () => void): void {
    const isHeld = within(CERTAIN_MS, lease.isHeld(), true);
    taking = taking
      .then(async () => {
        if ((await isHeld) && !lease.lost.aborted && !signal.aborted) work();
      })
      .catch((error) => log.error({ error: whereFrom(error) }, 'discord event not taken'));
  }

  async function connect(): Promise<never> {
    const information = await options.information();
    const { remaining, max_concurrency: maxConcurrency } = information.session_start_limit;
    if (remaining < 1) throw new NoIdentifyLeftError();
    unreachedSince = undefined;
    signal.throwIfAborted();
    connection = connectShard({
      ...name,
      token: options.token,
      intents() {
        askedForContent = options.asksForContent();
        return askedForContent ? INTENTS | Intent.MessageContent : INTENTS;
      },
      information,
      waitForIdentify: (aborted) =>
        throttle.wait(name.id, maxConcurrency, AbortSignal.any([aborted, signal])),
      log,
      onConnected(isResumed) {
        if (signal.aborted) return;
        isConnected = true;
        wait = FIRST_RETRY_MS;
        const how = isResumed ? 'discord connection resumed' : 'discord connected';
        log.info({ shard: name.id, shards: name.count, contentIntent: askedForContent }, how);
        options.onConnected();
      },
      onDisconnected() {
        isConnected = false;
        options.onDisconnected();
      },
      onReady: (data) => take(() => options.onReady(data)),
      onEvent: (event) => take(() => options.onEvent(event)),
    });
    return await connection.ended;
  }

  async function keepConnected(): Promise<void> {
    while (!signal.aborted) {
      try {
        await connect();
      } catch (error) {
        isConnected = false;
        await connection?.close();
        connection = undefined;
        if (signal.aborted) return;
        unreachedSince ??= Date.now();
        if ((await options.onEnded(error, askedForContent)) === 'at once') continue;
        await sleep(wait, undefined, { signal }).catch(() => {});
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      }
    }
  }

  void keepConnected();

  return {
    name,
    lease,
    get isConnected() {
      return isConnected;
    },
    get unreachedSince() {
      return connection?.unreachedSince ?? unreachedSince;
    },
    async close() {
      closing.abort();
      isConnected = false;
      await connection?.close();
      await taking;
    },
  };
}

/** Discord would reset the token for one more today (gateway.mdx, Identifying). */
class NoIdentifyLeftError extends Error {
  override name = 'NoIdentifyLeftError';
}

/** The value that it resolves to, or `otherwise` where that takes longer. */
async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, otherwise);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
