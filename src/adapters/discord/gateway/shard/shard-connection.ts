/** One shard's connection to Discord's gateway. It is resumed whenever it breaks, until no further attempt can help. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DefaultWebSocketManagerOptions,
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
} from '@discordjs/ws';
import {
  type APIGatewayBotInfo,
  GatewayCloseCodes,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
} from 'discord.js';
import type { Logger } from 'pino';
import { whereFrom } from '../../../../core/reports/where-from.ts';
import { skipLargeEvents } from './large-events.ts';
import { createShardSession, type ShardSession } from './shard-session.ts';
import { hearErrors } from './socket-errors.ts';

export interface ShardConnectionOptions {
  id: number;
  /** How many shards there are. */
  count: number;
  token: string;
  /** Called for each identify. */
  intents(): number;
  information: APIGatewayBotInfo;
  /** Resolves once the shard may identify. @throws when aborted */
  waitForIdentify(signal: AbortSignal): Promise<void>;
  log: Logger;
  onConnected(isResumed: boolean): void;
  /** The connection broke; it may come back by itself. */
  onDisconnected(): void;
  onReady(data: GatewayReadyDispatchData): void;
  /** Takes every event, in order. */
  onEvent(event: GatewayDispatchPayload): void;
}

export interface ShardConnection {
  /** Rejects with `RefusedError` once the same attempt would fail again. */
  ended: Promise<never>;
  /** The gateway has not been reached since then (ms since 1970). */
  readonly unreachedSince: number | undefined;
  /** Resolves once the connection is closed, at the latest after `CLOSE_MS`. */
  close(): Promise<void>;
}

/** Discord closed the connection, and would close the next one too. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly code: GatewayCloseCodes;
  constructor(code: GatewayCloseCodes) {
    super(`Discord closed the connection with ${code}`);
    this.code = code;
  }
}

const REFUSALS = new Set<number>([
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
]);
/** Close code of a connection that ended without a close frame, or never began (RFC 6455, 7.4.1). */
const NO_CONNECTION = 1006;
/**
 * Longest time that closing waits, ms. The client itself waits half a minute for Discord's close frame. It waits for
 * ever if it is closed while it waits for a hello or its turn to identify: then it closes twice at once.
 */
const CLOSE_MS = 2_000;
/** Time from the handshake to Discord's hello, ms. */
const HELLO_MS = 8_000;
/** Time from hello to the first event of a resumed session: a missed event, or RESUMED (gateway.mdx, Resuming), ms. */
const RESUMED_MS = 5_000;

export function connectShard(options: ShardConnectionOptions): ShardConnection {
  const { id, log } = options;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const session = createShardSession(options.information.url);
  const warning = createWarning(id, log);
  let isConnected = false;
  let isRefused = false;
  let isOver = false;
  const shard = createClient(options, session, () => isOver);
  const resuming = createResumeLimit(shard);

  function connected(isResumed: boolean): void {
    isConnected = true;
    warning.forget();
    options.onConnected(isResumed);
  }

  shard.on(WebSocketShardEvents.Hello, () => {
    session.greeted();
    if (session.current()) resuming.begin();
  });
  shard.on(WebSocketShardEvents.Closed, ({ code }) => {
    resuming.end();
    const isLost = code === NO_CONNECTION;
    session.closed({ isLost, wasConnected: isConnected });
    if (isConnected) {
      isConnected = false;
      log.info({ shard: id, code }, 'discord connection closed');
      options.onDisconnected();
    } else if (isLost && !isOver) warning.tell();
    isRefused = REFUSALS.has(code);
    if (isRefused) ended.reject(new RefusedError(code));
  });
  shard.on(WebSocketShardEvents.Error, ({ error }) => {
    // A refusal is logged with its way out by the code that decides what follows it.
    if (!isRefused && !isOver) warning.tell(error);
  });
  shard.on(WebSocketShardEvents.Resumed, () => connected(true));
  shard.on(WebSocketShardEvents.Ready, ({ data }) => {
    session.ready();
    connected(false);
    options.onReady(data);
  });
  shard.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    resuming.end();
    options.onEvent(data);
  });
  // The client tries again by itself, however the first attempt failed.
  shard.connect().catch(() => {});

  return {
    ended: ended.promise,
    get unreachedSince() {
      return session.unreachedSince;
    },
    async close() {
      isOver = true;
      isConnected = false;
      await Promise.race([shard.destroy().catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

function createClient(options: ShardConnectionOptions, session: ShardSession, isOver: () => boolean) {
  const { id, log } = options;
  const warnOfLarge = (bytes: number) =>
    log.warn({ shard: id, bytes }, 'discord sent an event that is too large: left out');
  const shard: WebSocketShard = new WebSocketShard(
    {
      options: {
        ...DefaultWebSocketManagerOptions,
        token: options.token,
        get intents() {
          return options.intents();
        },
        gatewayInformation: options.information,
        shardCount: options.count,
        // The client reads this once for each connection, just before it makes it.
        get handshakeTimeout() {
          session.connecting();
          // The connection is made by then, and nothing has come over it.
          queueMicrotask(() => {
            hearErrors(shard);
            skipLargeEvents(shard, warnOfLarge);
          });
          return session.handshakeMs();
        },
        helloTimeout: HELLO_MS,
      },
      // A closed shard would connect again if it is just between two attempts. Here it waits for ever.
      retrieveSessionInfo: () => (isOver() ? new Promise(() => {}) : session.current()),
      updateSessionInfo: (_, now) => session.update(now),
      waitForIdentify: (_, signal) => options.waitForIdentify(signal),
    },
    id,
  );
  return shard;
}

/** Warns once that the gateway cannot be reached. */
function createWarning(id: number, log: Logger) {
  let isTold = false;
  return {
    tell(error?: Error): void {
      if (isTold) return;
      isTold = true;
      const from = error && { error: whereFrom(error) };
      log.warn({ shard: id, ...from }, 'discord connection failed, trying again');
    },
    /** The next failure is told again. */
    forget(): void {
      isTold = false;
    },
  };
}

/**
 * Ends a resume that gets no answer. The client itself would wait until two heartbeats are unanswered, or for
 * ever if they are answered.
 */
function createResumeLimit(shard: WebSocketShard) {
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () =>
    void shard.destroy({ reason: 'not resumed', recover: WebSocketShardDestroyRecovery.Resume });
  return {
    begin(): void {
      timer = setTimeout(giveUp, RESUMED_MS).unref();
    },
    end: () => clearTimeout(timer),
  };
}
