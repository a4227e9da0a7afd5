/** Discord's adapter: Parley answers in place when people mention it, reply to it or write to it. */
import { type GatewayReadyDispatchData, PermissionFlagsBits as Permission } from 'discord.js';
import { createRecords } from '../../chat/answer/answer-records.ts';
import { createAnswering } from '../../chat/answer/answering.ts';
import { createCatchUp } from '../../chat/catch-up/catch-up.ts';
import { createForgottenReading } from '../../chat/forgotten.ts';
import { createInbox } from '../../chat/inbox/inbox.ts';
import { createSayFromPage } from '../../chat/inbox/say-from-page.ts';
import { createIncomingFiles } from '../../chat/incoming-files.ts';
import { createJoinedThreads } from '../../chat/joined-threads.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import { createPacer } from '../../chat/pacing/pacing.ts';
import { createRareNotices } from '../../chat/rare-notices.ts';
import type { Adapter, Leases } from '../../core/platform.ts';
import type { Secrets } from '../../core/storage.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';
import { createInteractionTokens } from './answer/interaction-tokens.ts';
import { createSurfaces } from './answer/surfaces.ts';
import { createTellAdmins } from './answer/tell-admins.ts';
import { createTellAsker, writeDirectly } from './answer/tell-asker.ts';
import { createTyping } from './answer/typing.ts';
import { createGuard, createOnEvent } from './events.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { channelOf, PLATFORM, personOf, type ShardName } from './ids.ts';
import type { IncomingMessage, Spot } from './incoming/callers.ts';
import { createDiscordChat } from './incoming/chat-platform.ts';
import { createDeletions } from './incoming/deletions.ts';
import { createIncoming } from './incoming/incoming.ts';
import { createMissed, shardIn, snowflakeAt, takeMissedOf } from './incoming/missed.ts';
import { createReadingSign } from './incoming/reading-sign.ts';
import { registerCommands } from './interactions/registration.ts';
import { discordDialect, MESSAGE_CHARACTERS, smallPrint } from './markdown/dialect.ts';
import { createDirectory } from './reading/directory.ts';
import { createRemovedServers } from './removed-servers.ts';
import { loggable } from './rest/failures.ts';
import { createRateBuckets } from './rest/rate-buckets.ts';
import { createDiscordRest } from './rest/rest.ts';
import { createTokenWatch } from './rest/token-watch.ts';
import { en } from './sentences/en.ts';
import { createWelcome } from './welcome.ts';

export interface DiscordAdapterOptions extends ChatAdapterOptions {
  token: string;
  apiUrl: string;
  /** Leases by which the processes of the store share the gateway. */
  leases: Leases;
  /** Whether there may be other processes. */
  isShared: boolean;
  secrets: Secrets;
  /** Time for which a server's data is kept after Parley was removed from it, ms. */
  graceMs: number;
  /** The greeting for a server that Parley was just added to. */
  welcome(tenant: TenantId): Promise<string>;
}

/** Time for which a thread's message is kept that may have overtaken the message by which Parley joins, ms. */
const OVERTAKEN_MS = 10_000;
/**
 * Permissions that Parley asks for: to see channels, write in them and in threads, make threads, attach files, and read
 * the messages that it replies to.
 */
const PERMISSIONS =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.SendMessagesInThreads |
  Permission.CreatePublicThreads |
  Permission.AttachFiles |
  Permission.ReadMessageHistory;
/** Hosts of Discord's files, and of its copies of other sites' media. */
const FILE_HOSTS = [
  'cdn.discordapp.com',
  'media.discordapp.net',
  'images-ext-1.discordapp.net',
  'images-ext-2.discordapp.net',
];

export function createDiscordAdapter(options: DiscordAdapterOptions): Adapter {
  const parts = createParts(options, {
    readsAll: () => gateway.readsAll(),
    isConnected: (shard) => gateway.isConnected(shard),
  });
  const { rest, directory, tokenWatch, catchUp, removedServers, answering } = parts;
  const gateway = createGateway({
    rest,
    token: options.token,
    adapterState: options.adapterState,
    leases: options.leases,
    isShared: options.isShared,
    log: options.log,
    isTokenRefused: tokenWatch.isLasting,
    onReady: createOnReady(options, parts),
    onEvent: createOnEvent(options, parts),
  });
  return {
    name: PLATFORM,
    start: gateway.start,
    async stop() {
      removedServers.stop();
      tokenWatch.stop();
      await catchUp.stop();
      await gateway.stop();
    },
    whyNotReady: () =>
      gateway.whyNotReady() ?? (tokenWatch.isRefused() ? en.operator.tokenRefused : undefined),
    show: answering.show,
    sayFromPage: createSayFromPage({
      ...options,
      ...parts,
      callerOf: ({ conversation, author }) => parts.incoming.callFrom(spotOf(conversation, author), true),
      personOf: ({ author }) => personOf(author),
    }),
    tellAdmins: createTellAdmins(rest, directory, options.log),
  };
}

/** The author's place in their direct messages, where they decide alone. */
function spotOf(conversation: ConversationId, author: string): Spot {
  const channelId = channelOf(conversation);
  return { guild: undefined, channelId, channel: undefined, user: { id: author }, roles: [], isAdmin: true };
}

/** The gateway. It is made last, so call it only once the adapter is started. */
type Connected = Pick<Gateway, 'readsAll' | 'isConnected'>;

type Parts = ReturnType<typeof createParts>;

/** All parts of the adapter that do not depend on the gateway's events. */
function createParts(options: DiscordAdapterOptions, gateway: Connected) {
  const base = createBase(options, gateway);
  const { rest, directory } = base;
  const answers = createAnswers(options, base, (message) => void inbox.takeAgain(message));
  const chat = createDiscordChat({
    ...base,
    ...answers,
    tellDirectly: (user, text) =>
      // Some people refuse direct messages from bots.
      writeDirectly(rest, user, text).catch((error) => {
        options.log.info({ code: loggable(error) }, 'person not told by direct message');
      }),
    commands: options.commands,
    help: options.help,
    catchUp: () => catchUp,
  });
  const inbox = createInbox({
    ...options,
    platform: chat,
    answering: answers.answering,
    threads: base.threads,
    rareNotices: createRareNotices(options.adapterState),
    overtaking: { keptMs: OVERTAKEN_MS, againMs: [] },
  });
  const missed = createMissed({
    rest,
    directory,
    isForParley: async (message) => (await base.incoming.isAddressed(message)) !== undefined,
  });
  const catchUp = createCatchUp({
    adapterState: options.adapterState,
    missedMs: options.missedMs,
    idAt: snowflakeAt,
    isConnected: (shard) => gateway.isConnected(shardIn(shard)),
    read: takeMissedOf(base, missed, inbox.takeMissed),
    log: options.log,
  });
  return { ...base, ...answers, ...createServers(options, base), chat, inbox, catchUp };
}

/** Discord's REST, and what is known by it. */
function createBase(options: DiscordAdapterOptions, { readsAll }: Connected) {
  const { token, apiUrl, log, adapterState } = options;
  const buckets = createRateBuckets(createPacer());
  const token401 = { refused: () => tokenWatch.refused(), isRefused: () => tokenWatch.isRefused() };
  const access = { token, apiUrl, learn: buckets.learn, token401 };
  const rest = createDiscordRest(access);
  const tokenWatch = createTokenWatch(() => rest, log, en.operator.tokenRefused);
  const directory = createDirectory(rest);
  const threads = createJoinedThreads(adapterState);
  const fileHosts = new Set([...FILE_HOSTS, new URL(apiUrl).hostname]);
  const isFileHost = (hostname: string) => fileHosts.has(hostname);
  /** The bot's user id, once it is connected. */
  const bot = { id: '' };
  const botId = () => bot.id;
  const incoming = createIncoming({
    ...options,
    rest,
    botId,
    readsAll,
    directory,
    threads,
    forgotten: createForgottenReading({ marks: options.marks, idAt: snowflakeAt }),
    files: createIncomingFiles({ attachments: options.attachments, isHost: isFileHost }),
    isFileHost,
  });
  const typing = createTyping(rest);
  const surfaces = createSurfaces({
    rest: createDiscordRest({ ...access, isPaced: true, countsWith: rest }),
    buckets,
    typing,
    tokens: createInteractionTokens(options.secrets, log),
    attachments: options.attachments,
    isTokenRefused: () => tokenWatch.isRefused(),
  });
  return { rest, tokenWatch, directory, threads, bot, botId, incoming, typing, surfaces };
}

type Base = ReturnType<typeof createBase>;

/** The answers, and the deletions of their questions. */
function createAnswers(
  options: DiscordAdapterOptions,
  { rest, botId, surfaces, typing }: Base,
  takeAgain: (message: IncomingMessage) => void,
) {
  const { adapterState, transcripts, queue, log } = options;
  const records = createRecords(adapterState);
  const deletions = createDeletions({
    rest,
    botId,
    answering: () => answering,
    surfaces,
    records,
    adapterState,
    transcripts,
    queue,
    log,
    takeAgain,
  });
  const sign = createReadingSign(typing);
  const tellAsker = createTellAsker(rest, log);
  const answering = createAnswering({
    ...options,
    async surfaceOf(turn, record, by) {
      const surface = await deletions.surfaceOf(turn, record, by);
      return surface && sign.handOver(turn, surface);
    },
    dialect: discordDialect,
    limit: MESSAGE_CHARACTERS,
    notice: smallPrint,
    records,
    platform: 'Discord',
    tellAsker: (_message, record, code) => tellAsker(record, code),
  });
  return { records, deletions, sign, answering };
}

/** The servers that Parley is in, was added to, and was removed from. */
function createServers(
  { adapterState, log, graceMs, forgetting, welcome: text }: DiscordAdapterOptions,
  base: Base,
) {
  const removedServers = createRemovedServers({
    adapterState,
    log,
    graceMs,
    forget: (tenant) => forgetting.tenant(tenant),
  });
  return { removedServers, welcome: createWelcome({ ...base, adapterState, text, log }) };
}

function createOnReady(
  { log, commands }: DiscordAdapterOptions,
  { rest, bot, directory, welcome, catchUp, removedServers }: Parts,
) {
  const guarded = createGuard(log);
  return ({ user, application, guilds }: GatewayReadyDispatchData, shard: ShardName) => {
    if (bot.id === '')
      log.info({ invite: inviteOf(application.id) }, 'to add Parley to a server, open the link');
    bot.id = user.id;
    const servers = guilds.map((guild) => guild.id);
    directory.expect(servers);
    welcome.expect(servers);
    catchUp.connected(`${shard.id}/${shard.count}`);
    void removedServers.connected(servers, shard);
    // One shard registers the commands for all.
    if (shard.id > 0) return;
    void guarded('commands not registered', async () => {
      if (await registerCommands(rest, application.id, commands.list)) {
        log.info('discord commands registered');
      }
    });
  };
}

function inviteOf(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${PERMISSIONS}`;
}
