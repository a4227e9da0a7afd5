/**
 * Discord's gateway, shared by the processes of one store. One process at a time holds a shard, and it alone takes the
 * shard's events.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GatewayCloseCodes as Code,
  DiscordAPIError,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  type REST,
} from 'discord.js';
import type { Logger } from 'pino';
import type { AdapterState, Lease, Leases } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { ShardName } from '../ids.ts';
import { en } from '../sentences/en.ts';
import { createHeldShards } from './held-shards.ts';
import { createGatewayInformation, type GatewayInformation } from './information.ts';
import { createLook, createLooking } from './looking.ts';
import { createReadiness, type Readiness, UNREACHED } from './readiness.ts';
import { createIdentifyThrottle, type IdentifyThrottle } from './shard/identify-throttle.ts';
import { createShard } from './shard/shard.ts';
import { RefusedError } from './shard/shard-connection.ts';
import { createShardCount, type ShardCount } from './shard-count.ts';
import { createShardLeases } from './shard-leases.ts';

export interface Gateway {
  /** @throws AdapterError when the token is not accepted */
  start(): Promise<void>;
  /** Leaves the shards to other processes. */
  stop(): Promise<void>;
  /**
   * Undefined when ready, else the reason why not. A process is ready when its shards are connected, or when other
   * processes hold all shards.
   */
  whyNotReady(): string | undefined;
  /** Whether this process holds the shard, and is connected. */
  isConnected(shard: ShardName): boolean;
  /** Whether Discord sends the text of messages that do not mention the bot. */
  readsAll(): boolean;
}

export interface GatewayOptions {
  rest: REST;
  token: string;
  adapterState: AdapterState;
  leases: Leases;
  /** Whether there may be other processes. */
  isShared: boolean;
  log: Logger;
  /** Resolves, once that is certain, to whether Discord refuses the token for good. */
  isTokenRefused(): Promise<boolean>;
  /** A shard is connected with a new session. */
  onReady(data: GatewayReadyDispatchData, shard: ShardName): void;
  /** Takes every event of the held shards, in the order of each shard. */
  onEvent(event: GatewayDispatchPayload): void;
}

/** Longest time that a start waits for the connection, ms. Parley then goes on without it. */
const START_MS = 5_000;

export function createGateway(options: GatewayOptions): Gateway {
  const { isShared, log } = options;
  const stopper = new AbortController();
  const stopping = stopper.signal;
  const leases = createShardLeases(options.leases, options.adapterState, stopping);
  const throttle = createIdentifyThrottle(options.leases, stopping);
  const information = createGatewayInformation(options.rest, stopping);
  const shardCount = createShardCount(leases, information, log);
  const held = createHeldShards({ leases, information, shardCount, isShared, log, stopping, connect });
  const readiness = createReadiness(held.areReady);
  const token = createTokenRefusals(options, readiness, stopping, stop);
  const contentIntent = createContentIntent(log);
  const looking = createLooking(createLook({ held, readiness, token, isShared, log, stopping }), stopping);
  const afterEnd = createAfterEnd({
    contentIntent,
    throttle,
    information,
    shardCount,
    readiness,
    token,
    log,
    lookAgain: looking.wake,
  });

  function connect(name: ShardName, lease: Lease) {
    return createShard({
      name,
      lease,
      token: options.token,
      asksForContent: contentIntent.isAsked,
      information: information.read,
      throttle,
      log,
      onConnected() {
        readiness.check();
        looking.wake();
      },
      onDisconnected: () => readiness.because('Discord is being connected again'),
      onReady: (data) => options.onReady(data, name),
      onEvent: options.onEvent,
      onEnded: (error, askedForContent) => afterEnd(name, error, askedForContent),
    });
  }

  async function stop(): Promise<void> {
    stopper.abort();
    await Promise.all([looking.stop(), held.letGoOfAll()]);
  }

  return {
    async start() {
      looking.start();
      const late = sleep(START_MS, undefined, { ref: false, signal: stopping }).catch(() => {});
      await Promise.race([readiness.whenReady, late]);
    },
    stop,
    whyNotReady: readiness.whyNotReady,
    isConnected: held.isConnected,
    readsAll: contentIntent.isAsked,
  };
}

type ContentIntent = ReturnType<typeof createContentIntent>;

/** Whether Parley asks for the texts of all messages: until Discord refuses them to this bot. */
function createContentIntent(log: Logger) {
  let isAsked = true;
  return {
    isAsked: () => isAsked,
    refused(): void {
      if (isAsked) log.warn(en.operator.contentWithheld);
      isAsked = false;
    },
  };
}

type TokenRefusals = ReturnType<typeof createTokenRefusals>;

function createTokenRefusals(
  { isTokenRefused, log }: Pick<GatewayOptions, 'isTokenRefused' | 'log'>,
  readiness: Readiness,
  stopping: AbortSignal,
  stop: () => Promise<void>,
) {
  /** Stops the gateway: only another token helps. */
  function fail(): void {
    if (stopping.aborted) return;
    readiness.fail(en.operator.tokenRefused);
    log.error(en.operator.tokenRefused);
    void stop();
  }

  return {
    fail,
    /**
     * Whether Discord's REST API refuses the token for good. At startup that ends Parley; later the token may be
     * accepted again.
     */
    async isRefused(error: unknown): Promise<boolean> {
      if (!(error instanceof DiscordAPIError) || error.status !== 401 || !(await isTokenRefused()))
        return false;
      readiness.because(en.operator.tokenRefused);
      if (!readiness.wasReady()) fail();
      return true;
    },
  };
}

interface AfterEndOptions {
  contentIntent: ContentIntent;
  throttle: IdentifyThrottle;
  information: GatewayInformation;
  shardCount: ShardCount;
  readiness: Readiness;
  token: TokenRefusals;
  log: Logger;
  lookAgain(): void;
}

/** Says whether a shard connects again at once or later, after Discord refused its connection. */
function createAfterEnd(options: AfterEndOptions) {
  const { contentIntent, throttle, information, shardCount, readiness, token, log } = options;
  return async (
    { id, count }: ShardName,
    error: unknown,
    askedForContent: boolean,
  ): Promise<'at once' | 'later'> => {
    const code = error instanceof RefusedError ? error.code : undefined;
    if (code === Code.DisallowedIntents && askedForContent) {
      contentIntent.refused();
      throttle.giveBack(id, information.known()?.session_start_limit.max_concurrency ?? 1);
      return 'at once';
    }
    if (code === Code.AuthenticationFailed) token.fail();
    if (code === Code.AuthenticationFailed || (await token.isRefused(error))) return 'later';
    readiness.because(UNREACHED);
    log.warn({ shard: id, ...(code && { code }), error: whereFrom(error) }, 'discord cannot be reached');
    if ((code === Code.ShardingRequired || code === Code.InvalidShard) && (await shardCount.recount(count)))
      options.lookAgain();
    return 'later';
  };
}
