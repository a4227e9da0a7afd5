/** The connection to Discord's gateway: kept up, resumed, and without the message-content intent where that is off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import {
  DiscordAPIError,
  GatewayCloseCodes,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  GatewayIntentBits as Intent,
  type REST,
} from 'discord.js';
import type { Logger } from 'pino';
import { AdapterError } from '../../core/ports.ts';
import { whereFrom } from '../../core/where-from.ts';

export interface Gateway {
  /** @throws AdapterError when the token is not accepted */
  start(): Promise<void>;
  stop(): Promise<void>;
  whyNotReady(): string | undefined;
  isConnected(shard: { id: number }): boolean;
  /** Whether messages that do not mention the bot come with their text. */
  readsAll(): boolean;
}

export interface GatewayOptions {
  rest: REST;
  token: string;
  log: Logger;
  onReady(data: GatewayReadyDispatchData): void;
  /** Every event, in order; must not throw. */
  onEvent(event: GatewayDispatchPayload): void;
}

const INTENTS = Intent.Guilds | Intent.GuildMessages | Intent.DirectMessages;
const FIRST_RETRY_MS = 1_000;
/** Discord counts identifies (1,000 a day): a connection that fails each time is not hurried. */
const LONGEST_RETRY_MS = 60_000;
/** How long a start waits for the connection before it goes on without it. */
const START_MS = 5_000;

const NOT_ACCEPTED =
  'DISCORD_TOKEN is not accepted by Discord. Copy it again from the Developer Portal (your application, Bot, Reset Token).';
const NO_CONTENT =
  'Discord does not give this bot the message-content intent, so that in threads it answers only messages that mention it. To change that, turn on "Message Content Intent" in the Developer Portal (your application, Bot) and start Parley again.';
/** Of a connection that ended without a word, or never began (RFC 6455, 7.4.1). */
const NO_CONNECTION = 1006;
/** Close codes after which the same attempt would fail again, beside those that have a branch of their own. */
const FATAL = new Map<number, string>([
  [GatewayCloseCodes.InvalidShard, 'an invalid shard'],
  [GatewayCloseCodes.ShardingRequired, 'more shards are needed'],
  [GatewayCloseCodes.InvalidAPIVersion, 'an invalid API version'],
  [GatewayCloseCodes.InvalidIntents, 'invalid intents'],
]);

const REFUSALS = new Set<number>([
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.DisallowedIntents,
  ...FATAL.keys(),
]);
/** So long a session is kept over a network that is down; Discord keeps it for some minutes. */
const SESSION_MS = 60_000;

export function createGateway({ rest, token, log, onReady, onEvent }: GatewayOptions): Gateway {
  let endCurrent: (() => Promise<void>) | undefined;
  let content = true;
  const stopping = new AbortController();
  /** The shards that are connected, and how many there should be. */
  const connected = new Set<number>();
  let shards = Number.POSITIVE_INFINITY;
  let problem = 'Discord is not connected yet';

  /** One manager, from its connection to a fatal end; rejects with what that was. */
  async function run(onConnected: () => void): Promise<never> {
    const intents = content ? INTENTS | Intent.MessageContent : INTENTS;
    const sessions = new Map<number, SessionInfo | null>();
    /** Shards without a connection for the network's sake, and since when. */
    const unreached = new Map<number, number>();
    let isOver = false;
    const current = new WebSocketManager({
      token,
      intents,
      rest,
      // What it keeps by itself is shared by all managers of the process. One that is over cannot be kept from
      // connecting again where a shard of it is just between two attempts: there that shard waits for ever.
      retrieveSessionInfo: (id) => (isOver ? new Promise(() => {}) : (sessions.get(id) ?? null)),
      // It would give a session up where the network is down for a moment: that is for Discord to say.
      updateSessionInfo: (id, session) => {
        const isBlip = Date.now() - (unreached.get(id) ?? 0) < SESSION_MS;
        if (session !== null || !isBlip) sessions.set(id, session);
      },
    });
    const end = async () => {
      isOver = true;
      connected.clear();
      await Promise.resolve(current.destroy()).catch(() => {});
    };
    endCurrent = end;
    connected.clear();
    /** Shards of which the log says that they cannot be reached. */
    const unreachable = new Set<number>();
    let isRefused = false;
    function warnOnce(shard: number, error?: Error): void {
      if (unreachable.has(shard)) return;
      unreachable.add(shard);
      log.warn(
        { shard, ...(error && { error: whereFrom(error) }) },
        'discord connection failed, trying again',
      );
    }
    const fatal = new Promise<never>((_, reject) => {
      current.on(WebSocketShardEvents.Hello, ({ shardId }) => unreached.delete(shardId));
      current.on(WebSocketShardEvents.Closed, ({ code, shardId }) => {
        if (code !== NO_CONNECTION) unreached.delete(shardId);
        else if (!unreached.has(shardId)) unreached.set(shardId, Date.now());
        if (connected.delete(shardId)) {
          problem = 'Discord is being connected again';
          log.info({ shard: shardId, code }, 'discord connection closed');
        } else if (code === NO_CONNECTION) warnOnce(shardId);
        isRefused = REFUSALS.has(code);
        if (code === GatewayCloseCodes.AuthenticationFailed) reject(new AdapterError(NOT_ACCEPTED));
        else if (code === GatewayCloseCodes.DisallowedIntents) reject(new DisallowedIntents());
        else if (FATAL.has(code)) reject(new Error(`Discord closed the connection for ${FATAL.get(code)}`));
      });
    });
    fatal.catch(() => {});
    current.on(WebSocketShardEvents.Error, ({ error, shardId }) => {
      // What Discord refuses is said, with the way out, where it is decided what becomes of it.
      if (!isRefused) warnOnce(shardId, error);
    });
    const up = (shardId: number, how: string) => {
      connected.add(shardId);
      unreachable.delete(shardId);
      log.info({ shard: shardId, contentIntent: content }, how);
      if (connected.size >= shards) onConnected();
    };
    current.on(WebSocketShardEvents.Resumed, ({ shardId }) => up(shardId, 'discord connection resumed'));
    current.on(WebSocketShardEvents.Ready, ({ data, shardId }) => {
      up(shardId, 'discord connected');
      onReady(data);
    });
    current.on(WebSocketShardEvents.Dispatch, ({ data }) => onEvent(data));
    try {
      shards = await current.getShardCount();
      await Promise.race([current.connect(), fatal]).catch(async (error) => {
        // A shard that there is tries again by itself, however it failed.
        if ((await current.fetchStatus()).size === 0) throw error;
      });
      return await fatal;
    } finally {
      await end();
    }
  }

  /** Until it is stopped, or no further attempt can help. */
  async function keepConnected(onConnected: () => void): Promise<void> {
    let wait = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      try {
        await run(() => {
          wait = FIRST_RETRY_MS;
          onConnected();
        });
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof DisallowedIntents && content) {
          content = false;
          log.warn(NO_CONTENT);
          continue;
        }
        if (error instanceof AdapterError || (error instanceof DiscordAPIError && error.status === 401)) {
          problem = NOT_ACCEPTED;
          throw new AdapterError(NOT_ACCEPTED);
        }
        problem = 'Discord cannot be reached';
        log.warn({ error: whereFrom(error), againInMs: wait }, 'discord cannot be reached');
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {});
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      }
    }
  }

  return {
    async start() {
      const first = Promise.withResolvers<void>();
      const running = keepConnected(first.resolve);
      running.catch((error) => log.error({ error: whereFrom(error) }, NOT_ACCEPTED));
      await Promise.race([
        first.promise,
        running,
        sleep(START_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {}),
      ]);
    },
    async stop() {
      stopping.abort();
      await endCurrent?.();
    },
    whyNotReady: () => (connected.size >= shards ? undefined : problem),
    isConnected: ({ id }) => connected.has(id),
    readsAll: () => content,
  };
}

class DisallowedIntents extends Error {
  override name = 'DisallowedIntents';
}
