/** Discord as a platform: mentioned, replied to or written to, Parley answers in place. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  InteractionType,
  PermissionFlagsBits as Permission,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import { createLanes } from '../../core/lanes.ts';
import { BUG_NOTICE, LATER_NOTICE } from '../../core/notices.ts';
import type { Adapter, Claims, Secrets } from '../../core/ports.ts';
import { whereFrom } from '../../core/where-from.ts';
import { createCatchUp, type Marks, type Progress } from '../catch-up.ts';
import type { ChatAdapterOptions } from '../chat-adapter.ts';
import { createIncomingFiles } from '../incoming-files.ts';
import { createJoinedThreads } from '../joined-threads.ts';
import { createAnswering } from '../reply/answering.ts';
import { createPacer } from '../reply/pacing.ts';
import { createRecords } from '../reply/records.ts';
import { untilStored } from '../until-stored.ts';
import type { Update } from './asked.ts';
import { createDepartures } from './departures.ts';
import { discordDialect, MESSAGE_CHARACTERS, smallPrint } from './dialect.ts';
import { createDirectory } from './directory.ts';
import { createGateway, NOT_ACCEPTED } from './gateway.ts';
import { createIncoming, type IncomingMessage, isThread } from './incoming.ts';
import { createInteractionAnswers } from './interaction-answers.ts';
import { createInteractionTokens } from './interaction-tokens.ts';
import { createInteractions } from './interactions.ts';
import { createMissed, markOf, shardIn, snowflakeAt } from './missed.ts';
import { homeOf, isIn, PLATFORM, type ShardName, shardOf, tenantOf } from './place.ts';
import { createPresses } from './presses.ts';
import { createQuestions } from './questions.ts';
import { createRateBuckets } from './rate-buckets.ts';
import { registerCommands } from './registration.ts';
import { createDiscordRest } from './rest.ts';
import { createSurfaces } from './surfaces.ts';
import { createTellAsker } from './tell-asker.ts';
import { createTokenWatch } from './token-watch.ts';
import { createTyping } from './typing.ts';

export interface DiscordAdapterOptions extends ChatAdapterOptions {
  token: string;
  apiUrl: string;
  /** By which the processes that may work on the store share the gateway. */
  claims: Claims;
  /** Whether there may be more than this one. */
  isShared: boolean;
  secrets: Secrets;
  /** How long the data of a server is kept after Parley was removed from it. */
  graceMs: number;
}

/** What it needs: to see channels, write in them and in threads, make threads, attach files, read what it replies to. */
const PERMISSIONS =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.SendMessagesInThreads |
  Permission.CreatePublicThreads |
  Permission.AttachFiles |
  Permission.ReadMessageHistory;
/** Where Discord keeps files. */
const FILE_HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];
/** Discord sends the servers right after a connection is ready; those of many take a while. */
const SERVERS_MS = 15_000;
const SERVERS_EVERY_MS = 100;
/** As many messages are known again without asking the store. */
const MOST_TAKEN = 10_000;
export function createDiscordAdapter(options: DiscordAdapterOptions): Adapter {
  const { token, apiUrl, transcripts, attachments, settings, notebook, forgetting, commands, queue, log } =
    options;
  const buckets = createRateBuckets(createPacer());
  const access = {
    token,
    apiUrl,
    learn: buckets.learn,
    token401: { refused: () => tokenWatch.refused(), isRefused: () => tokenWatch.isRefused() },
  };
  const rest = createDiscordRest(access);
  const tokenWatch = createTokenWatch(() => rest, log, NOT_ACCEPTED);
  const directory = createDirectory(rest);
  const records = createRecords(notebook);
  const threads = createJoinedThreads(notebook);
  const lanes = createLanes();
  const fileHosts = new Set([...FILE_HOSTS, new URL(apiUrl).hostname]);
  const taken = new LRUCache<string, true>({ max: MOST_TAKEN });
  let botId = '';
  const incoming = createIncoming({
    rest,
    botId: () => botId,
    readsAll: () => gateway.readsAll(),
    directory,
    threads,
    files: createIncomingFiles({ attachments, isHost: (host) => fileHosts.has(host) }),
    settings,
    transcripts,
  });
  const typing = createTyping(rest);
  const surfaces = createSurfaces({
    rest: createDiscordRest({ ...access, isPaced: true }),
    buckets,
    typing,
    tokens: createInteractionTokens(options.secrets, log),
    isTokenRefused: () => tokenWatch.isRefused(),
  });
  const questions = createQuestions({
    rest,
    botId: () => botId,
    incoming,
    answering: () => answering,
    surfaces,
    typing,
    records,
    threads,
    directory,
    notebook,
    transcripts,
    queue,
    log,
    help: options.help,
    takeAgain: (message) => void inOrder(message, take),
  });
  const tellAsker = createTellAsker(rest, log);
  const answering = createAnswering({
    surfaceOf: questions.surfaceOf,
    dialect: discordDialect,
    limit: MESSAGE_CHARACTERS,
    notice: smallPrint,
    records,
    settings,
    transcripts,
    queue,
    forgetting,
    platform: 'Discord',
    tellAsker: (_message, record, code) => tellAsker(record, code),
    troubles: options.troubles,
    shutdown: options.shutdown,
    log,
  });
  const answers = createInteractionAnswers(rest);
  const interactions = createInteractions({
    answers,
    answering,
    surfaces,
    incoming,
    commands,
    press: createPresses({ answering, surfaces, records, transcripts, queue, answers }),
  });
  const missed = createMissed({
    rest,
    directory,
    isForParley: async (message) => (await incoming.isAddressed(message)) !== undefined,
  });
  const catchUp = createCatchUp({
    notebook,
    missedMs: options.missedMs,
    idAt: snowflakeAt,
    isConnected: (shard) => gateway.isConnected(shardIn(shard)),
    read: takeMissed,
    log,
  });
  const departures = createDepartures({
    notebook,
    log,
    graceMs: options.graceMs,
    forget: forgetting.tenant,
  });
  const gateway = createGateway({
    rest,
    token,
    notebook,
    claims: options.claims,
    isShared: options.isShared,
    log,
    isTokenRefused: tokenWatch.isLasting,
    onReady,
    onEvent,
  });

  function onReady({ user, application, guilds }: GatewayReadyDispatchData, shard: ShardName) {
    if (botId === '')
      log.info({ invite: inviteOf(application.id) }, 'to add Parley to a server, open the link');
    botId = user.id;
    const servers = guilds.map((guild) => guild.id);
    directory.expect(servers);
    catchUp.connected(`${shard.id}/${shard.count}`);
    void departures.connected(servers, shard);
    // Once is enough.
    if (shard.id > 0) return;
    void guarded('commands not registered', async () => {
      if (await registerCommands(rest, application.id, commands.list)) {
        log.info('discord commands registered');
      }
    });
  }

  function onEvent(event: GatewayDispatchPayload): void {
    directory.see(event);
    const { t, d } = event;
    switch (t) {
      case Event.MessageCreate: {
        const message = questions.came(d);
        if (message) void afterMissed(message, take);
        return;
      }
      case Event.MessageUpdate:
        void guarded('edit not taken', () => afterMissed(d, questions.edited));
        return;
      case Event.MessageDelete:
        void surely('deletion not taken', () => questions.deleted(d.id));
        return;
      case Event.MessageDeleteBulk:
        for (const id of d.ids) void surely('deletion not taken', () => questions.deleted(id));
        return;
      case Event.InteractionCreate:
        void guarded('interaction not answered', () => interactions(d), { type: InteractionType[d.type] });
        return;
      case Event.ChannelDelete:
      case Event.ThreadDelete:
        void surely('channel not forgotten', () => forgetChannel(d.guild_id ?? undefined, d.id));
        return;
      case Event.GuildCreate:
        void departures.joined(d.id);
        return;
      case Event.GuildDelete:
        if (!d.unavailable) void departures.left(d.id);
    }
  }

  /** What is answered one after another stays in its order, whatever it takes to fetch what is attached to it. */
  function inOrder<M extends Update>(message: M, work: (message: M) => Promise<void>): Promise<void> {
    const { channel_id: channel, guild_id: guild, author } = message;
    const known = directory.known(channel);
    // In a channel, each person's; what may be a thread is taken for one.
    const isOwn = guild && known && !isThread(known);
    return lanes.run(isOwn ? `${channel} ${author?.id}` : channel, () => work(message));
  }

  /** What comes by itself, behind what was missed in the same channel. */
  async function afterMissed<M extends Update>(
    message: M,
    work: (message: M) => Promise<void>,
  ): Promise<void> {
    const reading = catchUp.whenRead(markOf(message.channel_id, message.guild_id));
    if (reading) await reading;
    return inOrder(message, work);
  }

  /** After a connection that could not be resumed, and after a start. */
  async function takeMissed(
    marks: Marks,
    signal: AbortSignal,
    shard: string,
    progress: Progress,
  ): Promise<void> {
    const { id, count } = shardIn(shard);
    // First come the servers with their channels and roles, which say who may ask.
    const isWhole = () => directory.isWhole((guild) => shardOf(guild, count) === id);
    for (let waited = 0; !isWhole() && waited < SERVERS_MS; waited += SERVERS_EVERY_MS)
      await sleep(SERVERS_EVERY_MS, undefined, { signal });
    const taking: Promise<void>[] = [];
    for await (const message of missed.read(marks, shardIn(shard), signal, progress))
      taking.push(inOrder(message, take));
    await Promise.all(taking);
  }

  /** What an event leads to; its failure is the log's, since nobody else hears of it. */
  async function guarded(what: string, work: () => Promise<unknown>, place: object = {}): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ ...place, error: whereFrom(error) }, what);
    }
  }

  /** The same of what Discord says once, and must not be lost while the store is away. */
  const surely = (what: string, work: () => Promise<void>) =>
    guarded(what, () => untilStored(work, { shutdown: options.shutdown }));

  async function take(message: IncomingMessage): Promise<void> {
    // Sent again after a resume.
    if (taken.has(message.id)) return;
    const place = { channel: message.channel_id, message: message.id };
    try {
      // Discord sends it once.
      await untilStored(() => takeOnce(message), {
        async onAway() {
          log.warn(place, 'message waits for the store');
          await sayIfNamed(message, LATER_NOTICE);
        },
        shutdown: options.shutdown,
      });
    } catch (error) {
      log.error({ ...place, error: whereFrom(error) }, 'message not taken');
      await sayIfNamed(message, BUG_NOTICE);
    }
  }

  async function takeOnce(message: IncomingMessage): Promise<void> {
    if (!taken.has(message.id)) {
      if (!(await questions.take(message))) return;
      taken.set(message.id, true);
    }
    await catchUp.seen(markOf(message.channel_id, message.guild_id), message.id);
  }

  /** To one who expects an answer, as far as that can be told without the store. */
  async function sayIfNamed(message: IncomingMessage, text: string): Promise<void> {
    if (await incoming.isAddressed(message).catch(() => false)) await questions.say(message, text);
  }

  async function forgetChannel(guild: string | undefined, id: string): Promise<void> {
    if (!guild) return;
    for (const conversation of await transcripts.list(tenantOf(guild, ''))) {
      if (isIn(conversation, id)) await forgetting.conversation(conversation);
    }
  }

  return {
    name: PLATFORM,
    start: gateway.start,
    async stop() {
      departures.stop();
      tokenWatch.stop();
      await catchUp.stop();
      await gateway.stop();
    },
    whyNotReady: () => gateway.whyNotReady() ?? (tokenWatch.isRefused() ? NOT_ACCEPTED : undefined),
    owns: (conversation) => conversation.startsWith(`${PLATFORM}:`),
    home: homeOf,
    show: answering.show,
  };
}

function inviteOf(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${PERMISSIONS}`;
}
