/** Discord as a platform: mentioned, replied to or written to, Parley answers in place. */
import {
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  type GatewayReadyDispatchData,
  InteractionType,
  PermissionFlagsBits as Permission,
} from 'discord.js';
import { createRecords } from '../../chat/answer/answer-records.ts';
import { createAnswering } from '../../chat/answer/answering.ts';
import { createCatchUp } from '../../chat/catch-up.ts';
import { createForgottenReading } from '../../chat/forgotten.ts';
import { createIncomingFiles } from '../../chat/incoming-files.ts';
import { createJoinedThreads } from '../../chat/joined-threads.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import { createPacer } from '../../chat/pacing/pacing.ts';
import { createRareNotices } from '../../chat/rare-notices.ts';
import { untilStored } from '../../chat/until-stored.ts';
import type { Adapter, Leases } from '../../core/platform.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { Secrets } from '../../core/storage.ts';
import type { TenantId } from '../../core/types.ts';
import { createInteractionTokens } from './answer/interaction-tokens.ts';
import { createSurfaces } from './answer/surfaces.ts';
import { createTellAsker, writeDirectly } from './answer/tell-asker.ts';
import { createTyping } from './answer/typing.ts';
import { createGateway, NOT_ACCEPTED } from './gateway/gateway.ts';
import { isIn, PLATFORM, partitionOf, type ShardName, tenantOf } from './ids.ts';
import { createDeletions } from './incoming/deletions.ts';
import { createIncoming, type IncomingMessage } from './incoming/incoming.ts';
import { createIntake } from './incoming/intake.ts';
import { createMissed, shardIn, snowflakeAt } from './incoming/missed.ts';
import { createQuestions } from './incoming/questions.ts';
import { createInteractions } from './interactions/interactions.ts';
import { createPresses } from './interactions/presses.ts';
import { registerCommands } from './interactions/registration.ts';
import { createInteractionAnswers } from './interactions/responses.ts';
import { discordDialect, MESSAGE_CHARACTERS, smallPrint } from './markdown/dialect.ts';
import { createDirectory } from './reading/directory.ts';
import { createDepartures } from './removed-servers.ts';
import { loggable } from './rest/failures.ts';
import { createRateBuckets } from './rest/rate-buckets.ts';
import { createDiscordRest } from './rest/rest.ts';
import { createTokenWatch } from './rest/token-watch.ts';
import { createWelcome } from './welcome.ts';

export interface DiscordAdapterOptions extends ChatAdapterOptions {
  token: string;
  apiUrl: string;
  /** By which the processes that may work on the store share the gateway. */
  leases: Leases;
  /** Whether there may be more than this one. */
  isShared: boolean;
  secrets: Secrets;
  /** How long the data of a server is kept after Parley was removed from it. */
  graceMs: number;
  /** What is said in a server that Parley was just added to. */
  welcome(tenant: TenantId): Promise<string>;
}

/** What it needs: to see channels, write in them and in threads, make threads, attach files, read what it replies to. */
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
  const { token, apiUrl, transcripts, attachments, settings, notebook, forgetting, commands, queue, log } =
    options;
  const { admission, rate, refusals, audit } = options;
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
  const fileHosts = new Set([...FILE_HOSTS, new URL(apiUrl).hostname]);
  const isFileHost = (hostname: string) => fileHosts.has(hostname);
  let botId = '';
  const forgotten = createForgottenReading({ marks: options.marks, idAt: snowflakeAt });
  const incoming = createIncoming({
    rest,
    botId: () => botId,
    readsAll: () => gateway.readsAll(),
    directory,
    threads,
    forgotten,
    files: createIncomingFiles({ attachments, isHost: isFileHost }),
    isFileHost,
    settings,
    transcripts,
    admission,
  });
  const typing = createTyping(rest);
  const surfaces = createSurfaces({
    rest: createDiscordRest({ ...access, isPaced: true }),
    buckets,
    typing,
    tokens: createInteractionTokens(options.secrets, log),
    isTokenRefused: () => tokenWatch.isRefused(),
  });
  const takeAgain = (message: IncomingMessage) => void intake.takeAgain(message);
  const deletions = createDeletions({
    rest,
    botId: () => botId,
    answering: () => answering,
    surfaces,
    records,
    notebook,
    transcripts,
    queue,
    log,
    takeAgain,
  });
  const questions = createQuestions({
    rest,
    botId: () => botId,
    incoming,
    answering: () => answering,
    surfaces,
    typing,
    deletions,
    threads,
    directory,
    rate,
    refusals,
    rareNotices: createRareNotices(notebook),
    tellDirectly: (user, text) =>
      // Some people refuse direct messages from bots.
      writeDirectly(rest, user, text).catch((error) => {
        log.info({ code: loggable(error) }, 'person not told by direct message');
      }),
    commands,
    help: options.help,
    takeAgain,
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
  const answers = createInteractionAnswers(rest, log);
  const interactions = createInteractions({
    answers,
    directory,
    answering,
    surfaces,
    incoming,
    commands,
    rate,
    refusals,
    press: createPresses({
      answering,
      surfaces,
      records,
      transcripts,
      queue,
      answers,
      rate,
      refusals,
      audit,
    }),
  });
  const intake = createIntake({
    directory,
    incoming,
    missed: createMissed({
      rest,
      directory,
      isForParley: async (message) => (await incoming.isAddressed(message)) !== undefined,
    }),
    questions: () => questions,
    catchUp: () => catchUp,
    shutdown: options.shutdown,
    log,
  });
  const catchUp = createCatchUp({
    notebook,
    missedMs: options.missedMs,
    idAt: snowflakeAt,
    isConnected: (shard) => gateway.isConnected(shardIn(shard)),
    read: intake.takeMissed,
    log,
  });
  const departures = createDepartures({
    notebook,
    log,
    graceMs: options.graceMs,
    forget: (tenant) => forgetting.tenant(tenant),
  });
  const welcome = createWelcome({ rest, botId: () => botId, notebook, text: options.welcome, log });
  const gateway = createGateway({
    rest,
    token,
    notebook,
    leases: options.leases,
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
    welcome.expect(servers);
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
        const message = deletions.came(d);
        if (message) void intake.take(message);
        return;
      }
      case Event.MessageUpdate:
        deletions.edited(d);
        void guarded('edit not taken', () => intake.edited(d));
        return;
      case Event.MessageDelete:
        void surely('deletion not taken', () => deletions.deleted(d.id));
        return;
      case Event.MessageDeleteBulk:
        for (const id of d.ids) void surely('deletion not taken', () => deletions.deleted(id));
        return;
      case Event.InteractionCreate:
        void guarded('interaction not answered', () => interactions(d), { type: InteractionType[d.type] });
        return;
      case Event.ChannelDelete:
      case Event.ThreadDelete:
        void surely('channel not forgotten', () => forgetChannel(d.guild_id ?? undefined, d.id));
        return;
      case Event.GuildCreate:
        void departures.joined(d.id).then((isNew) => welcome.came(d, isNew));
        return;
      case Event.GuildDelete:
        if (d.unavailable) return;
        void departures.left(d.id);
        void guarded('welcome not forgotten', () => welcome.left(d.id));
    }
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
    partition: partitionOf,
    show: answering.show,
  };
}

function inviteOf(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${PERMISSIONS}`;
}
