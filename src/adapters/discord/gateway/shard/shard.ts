/** A shard of Discord's gateway that this process holds: keeps it connected, and takes its events. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type APIGatewayBotInfo,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  GatewayIntentBits as Intent,
} from 'discord.js';
import type { Logger } from 'pino';
import type { Lease } from '../../../../core/platform.ts';
import { whereFrom } from '../../../../core/reports/where-from.ts';
import type { ShardName } from '../../ids.ts';
import type { IdentifyThrottle } from './identify-throttle.ts';
import { connectShard, type ShardConnection } from './shard-connection.ts';

export interface ShardOptions {
  name: ShardName;
  lease: Lease;
  token: string;
  /** Whether to ask Discord for the texts of all messages. */
  asksForContent(): boolean;
  information(): Promise<APIGatewayBotInfo>;
  throttle: IdentifyThrottle;
  log: Logger;
  onConnected(): void;
  onDisconnected(): void;
  onReady(data: GatewayReadyDispatchData): void;
  /** Takes every event that comes while the shard is held, in order. */
  onEvent(event: GatewayDispatchPayload): void;
  /** A connection ended for good. Returns when to make another. Must not throw. */
  onEnded(error: unknown, askedForContent: boolean): Promise<'at once' | 'later'>;
}

export interface Shard {
  name: ShardName;
  lease: Lease;
  readonly isConnected: boolean;
  /** Discord has not been reached since then (ms since 1970). */
  readonly unreachedSince: number | undefined;
  /** Resolves once the shard is disconnected and takes no more events. */
  close(): Promise<void>;
}

const INTENTS = Intent.Guilds | Intent.GuildMessages | Intent.DirectMessages;
/** Wait after a connection that ended, ms. Each next wait is twice as long: Discord counts identifies. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/**
 * Longest time that an event waits until it is certain that the shard is still held, ms. A process that was held up needs
 * less. While the store is away it stays uncertain, and people are told of that.
 */
const CERTAIN_MS = 1_000;

export function createShard(options: ShardOptions): Shard {
  const { name, lease } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const events = createEventLine(lease, signal, options.log);
  let connection: ShardConnection | undefined;
  let isConnected = false;
  let unreachedSince: number | undefined;
  let wait = FIRST_RETRY_MS;
  const opening = createOpening(options, signal, events.take, {
    onConnected() {
      isConnected = true;
      wait = FIRST_RETRY_MS;
      options.onConnected();
    },
    onDisconnected() {
      isConnected = false;
      options.onDisconnected();
    },
  });

  async function connect(): Promise<never> {
    const information = await options.information();
    if (information.session_start_limit.remaining < 1) throw new NoIdentifyLeftError();
    unreachedSince = undefined;
    signal.throwIfAborted();
    connection = opening.open(information);
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
        if ((await options.onEnded(error, opening.askedForContent())) === 'at once') continue;
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
      await events.done();
    },
  };
}

/** Does the work of events one after another, while the shard is held. */
function createEventLine(lease: Lease, closing: AbortSignal, log: Logger) {
  let taking: Promise<void> = Promise.resolve();
  return {
    take(work: () => void): void {
      const isHeld = within(CERTAIN_MS, lease.isHeld(), true);
      taking = taking
        .then(async () => {
          if ((await isHeld) && !lease.lost.aborted && !closing.aborted) work();
        })
        .catch((error) => log.error({ error: whereFrom(error) }, 'discord event not taken'));
    },
    done: () => taking,
  };
}

/** Opens connections of the shard, and takes their events. */
function createOpening(
  options: ShardOptions,
  closing: AbortSignal,
  take: (work: () => void) => void,
  { onConnected, onDisconnected }: Pick<ShardOptions, 'onConnected' | 'onDisconnected'>,
) {
  const { name, throttle, log } = options;
  let askedForContent = false;
  return {
    /** Whether the last identify asked for the texts of all messages. */
    askedForContent: () => askedForContent,
    open(information: APIGatewayBotInfo): ShardConnection {
      const { max_concurrency: maxConcurrency } = information.session_start_limit;
      return connectShard({
        ...name,
        token: options.token,
        intents() {
          askedForContent = options.asksForContent();
          return askedForContent ? INTENTS | Intent.MessageContent : INTENTS;
        },
        information,
        waitForIdentify: (aborted) =>
          throttle.wait(name.id, maxConcurrency, AbortSignal.any([aborted, closing])),
        log,
        onConnected(isResumed) {
          if (closing.aborted) return;
          const how = isResumed ? 'discord connection resumed' : 'discord connected';
          log.info({ shard: name.id, shards: name.count, contentIntent: askedForContent }, how);
          onConnected();
        },
        onDisconnected,
        onReady: (data) => take(() => options.onReady(data)),
        onEvent: (event) => take(() => options.onEvent(event)),
      });
    },
  };
}

/** No identify is left today: Discord would reset the token for another one (gateway.mdx, Identifying). */
class NoIdentifyLeftError extends Error {
  override name = 'NoIdentifyLeftError';
}

/** The value that the promise resolves to, or `otherwise` if that takes longer. */
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
