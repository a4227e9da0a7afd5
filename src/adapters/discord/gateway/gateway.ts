/**
 * Discord's gateway, shared by the processes of one store: each shard is held by one of them, which alone takes its
 * events.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type APIGatewayBotInfo,
  GatewayCloseCodes as Code,
  DiscordAPIError,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  type REST,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import { AdapterError, StoreError } from '../../../core/errors.ts';
import type { AdapterState, Leases } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { ShardName } from '../ids.ts';
import { createIdentifyThrottle } from './identify-throttle.ts';
import { createShard, type Shard } from './shard.ts';
import { RefusedError } from './shard-connection.ts';
import { createShardLeases } from './shard-leases.ts';

export interface Gateway {
  /** @throws AdapterError when the token is not accepted */
  start(): Promise<void>;
  /** Leaves the shards to other processes. */
  stop(): Promise<void>;
  /**
   * Ready is a process whose shards are connected, or that has none because others have them all: undefined then, else
   * the reason why not.
   */
  whyNotReady(): string | undefined;
  /** Whether this process holds the shard, and is connected. */
  isConnected(shard: ShardName): boolean;
  /** Whether messages that do not mention the bot come with their text. */
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
  /** Whether a 401 is lasting; resolves once that is certain. */
  isTokenRefused(): Promise<boolean>;
  /** A shard is connected, and not by resuming. */
  onReady(data: GatewayReadyDispatchData, shard: ShardName): void;
  /** Every event of the shards that are held, those of each in order. */
  onEvent(event: GatewayDispatchPayload): void;
}

/** How long a start waits for the connection before it goes on without it. */
const START_MS = 5_000;
/** Time between looks for shards that nobody holds, ms. */
const LOOK_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Discord: one identify of a bucket in that time; so soon, one more shard could be connected (gateway.mdx, Max Concurrency). */
const IDENTIFY_MS = 5_000;
/** How long what Discord says about the gateway is good for. */
const INFORMATION_MS = 60_000;
const NOW_MS = 2_000;
/** A shard is left to others when Discord cannot be reached for so long from here, and no other is taken for a while. */
const GIVE_UP_MS = 60_000;
const ASIDE_MS = 10_000;

export const NOT_ACCEPTED =
  'DISCORD_TOKEN is not accepted by Discord. Copy it again from the Developer Portal (your application, Bot, Reset Token).';
const NO_CONTENT =
  'Discord does not give this bot the message-content intent, so that in threads it answers only messages that mention it. To change that, turn on "Message Content Intent" in the Developer Portal (your application, Bot) and start Parley again.';

export function createGateway(options: GatewayOptions): Gateway {
  const { rest, token, isShared, log } = options;
  const stopping = new AbortController();
  const leases = createShardLeases(options.leases, options.adapterState, stopping.signal);
  const throttle = createIdentifyThrottle(options.leases, stopping.signal);
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  /** By number. */
  const held = new Map<number, Shard>();
  let count = 0;
  /** Whether others hold all that this process does not; not known before the first look. */
  let isRestHeld = false;
  let takesNextAt = 0;
  let content = true;
  let isTokenBad = false;
  let wasReady = false;
  let problem = 'Discord is not connected yet';
  let known: { at: number; information: APIGatewayBotInfo } | undefined;
  let looking: Promise<void> = Promise.resolve();
  let woken = Promise.withResolvers<void>();

  async function inform(oldestMs = INFORMATION_MS): Promise<APIGatewayBotInfo> {
    if (!known || Date.now() - known.at > oldestMs) {
      const information = await rest.get(Routes.gatewayBot(), { signal: stopping.signal });
      known = { at: Date.now(), information: information as APIGatewayBotInfo };
    }
    return known.information;
  }

  /** As noted; where nobody is connected, as Discord recommends now. */
  async function agree(): Promise<number> {
    const noted = await leases.count();
    if (noted > 0 && (held.size > 0 || (await leases.free(noted)).length < noted)) return noted;
    const { shards } = await inform(NOW_MS);
    if (shards !== noted) await leases.setCount(shards);
    return shards;
  }

  /**
   * While all move from one count to another, connections of both may stand side by side for a moment: Discord allows
   * that, and sends both their events (gateway.mdx, Sharding).
   */
  async function look(): Promise<void> {
    // Also where others hold all shards, so that a token that is not good is told of at once.
    if (!known) await inform();
    const agreed = await agree();
    if (agreed !== count) await letGo(...held.values());
    count = agreed;
    await giveUp();
    const free = new Set(await leases.free(count));
    for (const id of [...free]) {
      if (!mayTake()) break;
      await take({ id, count });
      free.delete(id);
    }
    isRestHeld = free.size === 0;
  }

  const isUp = () => [...held.values()].every(({ isConnected }) => isConnected);

  /**
   * With several processes, each connects one shard before it takes another, and takes them as fast as they can identify
   * anyway: those that start together come to share them about evenly.
   */
  const mayTake = () => !stopping.signal.aborted && (!isShared || (Date.now() >= takesNextAt && isUp()));

  async function take(name: ShardName): Promise<void> {
    const { max_concurrency: maxConcurrency } = (await inform()).session_start_limit;
    const lease = await leases.acquire(name);
    if (!lease || lease.lost.aborted) return;
    if (stopping.signal.aborted) return leases.release(name, lease);
    takesNextAt = Date.now() + (IDENTIFY_MS / maxConcurrency) * (0.5 + Math.random());
    const shard = createShard({
      name,
      lease,
      token,
      asksForContent: () => content,
      information: inform,
      throttle,
      log,
      onConnected() {
        tellReady();
        wake();
      },
      onDisconnected() {
        problem = 'Discord is being connected again';
      },
      onReady: (data) => options.onReady(data, name),
      onEvent: options.onEvent,
      onEnded: (error, askedForContent) => afterEnd(name, error, askedForContent),
    });
    held.set(name.id, shard);
    lease.lost.addEventListener('abort', () => void letGo(shard));
  }

  async function letGo(...shards: Shard[]): Promise<void> {
    await Promise.all(
      shards.map(async (shard) => {
        const { name, lease } = shard;
        if (held.get(name.id) === shard) held.delete(name.id);
        await shard.close();
        await leases.release(name, lease);
      }),
    );
  }

  /** It may be from here alone that Discord cannot be reached. */
  async function giveUp(): Promise<void> {
    const isLong = ({ unreachedSince = Date.now() }: Shard) => Date.now() - unreachedSince > GIVE_UP_MS;
    const lost = isShared ? [...held.values()].filter(isLong) : [];
    if (lost.length === 0) return;
    log.warn({ shards: lost.map(({ name }) => name.id) }, 'discord shards left to others');
    takesNextAt = Date.now() + ASIDE_MS;
    await letGo(...lost);
  }

  async function afterEnd(
    { id, count: refused }: ShardName,
    error: unknown,
    askedForContent: boolean,
  ): Promise<'at once' | 'later'> {
    const code = error instanceof RefusedError ? error.code : undefined;
    if (code === Code.DisallowedIntents && askedForContent) {
      if (content) log.warn(NO_CONTENT);
      content = false;
      throttle.giveBack(id, known?.information.session_start_limit.max_concurrency ?? 1);
      return 'at once';
    }
    if (code === Code.AuthenticationFailed) fail();
    if (code === Code.AuthenticationFailed || (await isRefused(error))) return 'later';
    problem = 'Discord cannot be reached';
    log.warn({ shard: id, ...(code && { code }), error: whereFrom(error) }, 'discord cannot be reached');
    if (code === Code.ShardingRequired || code === Code.InvalidShard) await recount(refused);
    return 'later';
  }

  /** Discord takes no connection of so many: all processes move to as many as it recommends now. */
  async function recount(refused: number): Promise<void> {
    try {
      const { shards } = await inform(NOW_MS);
      if (shards === refused) return;
      log.info({ shards, before: refused }, 'discord recommends another number of shards');
      await leases.setCount(shards);
      wake();
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'discord shards not counted anew');
    }
  }

  /**
   * Whether Discord's REST API refuses the token for good. At startup that ends Parley; later the token may be
   * accepted again.
   */
  async function isRefused(error: unknown): Promise<boolean> {
    if (!(error instanceof DiscordAPIError) || error.status !== 401 || !(await options.isTokenRefused()))
      return false;
    problem = NOT_ACCEPTED;
    if (!wasReady) fail();
    return true;
  }

  /** Nothing helps but another token. */
  function fail(): void {
    if (stopping.signal.aborted) return;
    isTokenBad = true;
    problem = NOT_ACCEPTED;
    log.error(NOT_ACCEPTED);
    failed.reject(new AdapterError(NOT_ACCEPTED));
    void stop();
  }

  async function keepLooking(): Promise<void> {
    let wait = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      const { promise } = woken;
      let pause = isShared ? LOOK_MS * (0.75 + Math.random() / 2) : undefined;
      try {
        await look();
        wait = FIRST_RETRY_MS;
        if (!isRestHeld && isUp()) pause = Math.min(LOOK_MS, Math.max(0, takesNextAt - Date.now()));
        tellReady();
      } catch (error) {
        if (stopping.signal.aborted) return;
        const isBad = await isRefused(error);
        if (isTokenBad) return;
        const isStores = error instanceof StoreError;
        pause = isStores ? LOOK_MS : wait;
        if (!isStores) wait = Math.min(wait * 2, LONGEST_RETRY_MS);
        if (held.size === 0 && !isBad)
          problem = isStores ? 'the store does not answer' : 'Discord cannot be reached';
        // The log tells of the store itself.
        const level = isStores ? 'debug' : 'warn';
        const what = isStores ? 'discord shards not looked for' : 'discord cannot be reached';
        log[level]({ error: whereFrom(error), againInMs: pause }, what);
      }
      const pausing =
        pause === undefined
          ? undefined
          : sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
      await Promise.race(pausing ? [promise, pausing] : [promise]);
    }
  }

  function wake(): void {
    woken.resolve();
    woken = Promise.withResolvers();
  }

  function whyNotReady(): string | undefined {
    const isReady = !isTokenBad && (held.size > 0 ? isUp() : isRestHeld);
    return isReady ? undefined : problem;
  }

  function tellReady(): void {
    if (whyNotReady() !== undefined) return;
    wasReady = true;
    ready.resolve();
  }

  async function stop(): Promise<void> {
    stopping.abort();
    wake();
    await Promise.all([looking, letGo(...held.values())]);
  }

  return {
    async start() {
      looking = keepLooking();
      await Promise.race([
        ready.promise,
        failed.promise,
        sleep(START_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {}),
      ]);
    },
    stop,
    whyNotReady,
    isConnected: ({ id, count: of }) => of === count && held.get(id)?.isConnected === true,
    readsAll: () => content,
  };
}
