/** One shard's connection to Discord's gateway: resumed where it broke, until no further attempt can help. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DefaultWebSocketManagerOptions,
  type SessionInfo,
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
import { whereFrom } from '../../../core/reports/where-from.ts';
import { skipLargeEvents } from './large-events.ts';
import { hearErrors } from './socket-errors.ts';

export interface ShardConnectionOptions {
  id: number;
  /** How many shards there are. */
  count: number;
  token: string;
  /** Asked when it identifies. */
  intents(): number;
  information: APIGatewayBotInfo;
  /** Resolves once it may identify. @throws where aborted */
  waitForIdentify(signal: AbortSignal): Promise<void>;
  log: Logger;
  onConnected(isResumed: boolean): void;
  /** It may come back by itself. */
  onDisconnected(): void;
  onReady(data: GatewayReadyDispatchData): void;
  /** Every event, in order. */
  onEvent(event: GatewayDispatchPayload): void;
}

export interface ShardConnection {
  /** Rejects with `RefusedError` once the same attempt would fail again. */
  ended: Promise<never>;
  /** Since when the gateway cannot be reached, milliseconds since 1970. */
  readonly unreachedSince: number | undefined;
  /** Resolves once it is closed, or after two seconds in which it is not. */
  close(): Promise<void>;
}

/** Discord closed the connection, and would again. */
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
/** Close code of a connection that ended without a word, or never began (RFC 6455, 7.4.1). */
const NO_CONNECTION = 1006;
/**
 * The client itself waits half a minute for an answer; and for ever where it waits for something else as it is closed (a
 * hello, its turn to identify), for then it closes twice at once.
 */
const CLOSE_MS = 2_000;
/** Time limit for a handshake, ms. Discord's own address for resuming gets less time before the gateway is tried. */
const HANDSHAKE_MS = 15_000;
const RESUME_HANDSHAKE_MS = 4_000;
/** Time from the handshake to Discord's hello, ms. */
const HELLO_MS = 8_000;
/** From hello to the first event of a resumed session: one that was missed, or RESUMED (gateway.mdx, Resuming). */
const RESUMED_MS = 5_000;
/** How long a session is kept while the network is down, ms. Discord keeps it for some minutes. */
const SESSION_MS = 60_000;

export function connectShard(options: ShardConnectionOptions): ShardConnection {
  const { id, log } = options;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  let session: SessionInfo | null = null;
  let unreachedSince: number | undefined;
  let isConnected = false;
  let isRefused = false;
  /** Whether the log says that it cannot be reached. */
  let isTold = false;
  let isOver = false;
  /** Whether Discord has sent its hello over the current connection. */
  let isGreeted = false;
  /** The address for resuming failed. A session can be resumed at the gateway as well (gateway.mdx, Resuming). */
  let isResumeDead = false;
  let resuming: NodeJS.Timeout | undefined;

  function sessionNow(): SessionInfo | null {
    return session && isResumeDead ? { ...session, resumeURL: options.information.url } : session;
  }

  const shard = new WebSocketShard(
    {
      options: {
        ...DefaultWebSocketManagerOptions,
        token: options.token,
        get intents() {
          return options.intents();
        },
        gatewayInformation: options.information,
        shardCount: options.count,
        // The client reads this once for each connection, at its start.
        get handshakeTimeout() {
          isGreeted = false;
          // By then the connection is made, and nothing has come over it.
          queueMicrotask(() => {
            hearErrors(shard);
            skipLargeEvents(shard, tellLarge);
          });
          return session && !isResumeDead ? RESUME_HANDSHAKE_MS : HANDSHAKE_MS;
        },
        helloTimeout: HELLO_MS,
      },
      // One that is over cannot be kept from connecting again where it is just between two attempts: there it waits for
      // ever.
      retrieveSessionInfo: () => (isOver ? new Promise(() => {}) : sessionNow()),
      // It would give a session up where the network is down for a moment: that is for Discord to say.
      updateSessionInfo: (_, now) => {
        if (!isGreeted) unreached();
        const isBlip = Date.now() - (unreachedSince ?? 0) < SESSION_MS;
        if (now !== null || !isBlip) session = now;
      },
      waitForIdentify: (_, signal) => options.waitForIdentify(signal),
    },
    id,
  );

  function warnOnce(error?: Error): void {
    if (isTold || isOver) return;
    isTold = true;
    const from = error && { error: whereFrom(error) };
    log.warn({ shard: id, ...from }, 'discord connection failed, trying again');
  }
  function tellLarge(bytes: number): void {
    log.warn({ shard: id, bytes }, 'discord sent an event that is too large: left out');
  }
  function unreached(): void {
    unreachedSince ??= Date.now();
    isResumeDead = true;
  }
  function connected(isResumed: boolean): void {
    isConnected = true;
    isTold = false;
    options.onConnected(isResumed);
  }

  /**
   * Ends a resume that gets no answer. The client itself would wait until two heartbeats are unanswered, or for
   * ever if they are answered.
   */
  function giveUpResuming(): void {
    void shard.destroy({ reason: 'not resumed', recover: WebSocketShardDestroyRecovery.Resume });
  }

  shard.on(WebSocketShardEvents.Hello, () => {
    unreachedSince = undefined;
    isGreeted = true;
    if (session) resuming = setTimeout(giveUpResuming, RESUMED_MS).unref();
  });
  shard.on(WebSocketShardEvents.Closed, ({ code }) => {
    clearTimeout(resuming);
    if (!isConnected) isResumeDead = true;
    if (code === NO_CONNECTION && !isGreeted) unreached();
    else if (code === NO_CONNECTION) unreachedSince ??= Date.now();
    else unreachedSince = undefined;
    if (isConnected) {
      isConnected = false;
      log.info({ shard: id, code }, 'discord connection closed');
      options.onDisconnected();
    } else if (code === NO_CONNECTION) warnOnce();
    isRefused = REFUSALS.has(code);
    if (isRefused) ended.reject(new RefusedError(code));
  });
  shard.on(WebSocketShardEvents.Error, ({ error }) => {
    // The place that decides what becomes of a refusal logs it, with the way out.
    if (!isRefused) warnOnce(error);
  });
  shard.on(WebSocketShardEvents.Resumed, () => connected(true));
  shard.on(WebSocketShardEvents.Ready, ({ data }) => {
    isResumeDead = false;
    connected(false);
    options.onReady(data);
  });
  shard.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    clearTimeout(resuming);
    options.onEvent(data);
  });
  // It tries again by itself, however the first attempt failed.
  shard.connect().catch(() => {});

  return {
    ended: ended.promise,
    get unreachedSince() {
      return unreachedSince;
    },
    async close() {
      isOver = true;
      isConnected = false;
      await Promise.race([shard.destroy().catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
