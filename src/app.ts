/** The composition root: builds, starts and stops everything, in order. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { personOf as discordPersonOf, spaceOf as discordSpaceOf } from './adapters/discord/ids.ts';
import { tokenOf as discordTokenOf } from './adapters/discord/reading/text.ts';
import type { SlackConnection } from './adapters/slack/connection/connection.ts';
import {
  idsOfPerson,
  PLATFORM as SLACK,
  personOf as slackPersonOf,
  spaceOf as slackSpaceOf,
  teamOf,
} from './adapters/slack/ids.ts';
import { tokenOf as slackTokenOf } from './adapters/slack/interactions/mrkdwn.ts';
import { createWebAdapter } from './adapters/web/adapter.ts';
import { createClients } from './adapters/web/door/client-address.ts';
import { bundlePage } from './adapters/web/server/bundle.ts';
import { retitle } from './adapters/web/server/titles.ts';
import { PLATFORM } from './adapters/web/sessions/session.ts';
import { createRecords } from './chat/answer/answer-records.ts';
import { untilStored } from './chat/until-stored.ts';
import { runOperatorCommand } from './cli/operator/commands.ts';
import { servicesOn } from './cli/operator/operate.ts';
import { listenToOperator, socketFileOf } from './cli/operator/socket.ts';
import { accessListsOf, type Config, limitOf, slackTokensOf } from './config.ts';
import { createAdmission } from './core/access/admission.ts';
import { audited } from './core/access/message-rate.ts';
import { createRefusals } from './core/access/refusals.ts';
import type { CommandCall } from './core/commands/command.ts';
import { createCommands } from './core/commands/commands.ts';
import { helpText } from './core/commands/help.ts';
import { erasing } from './core/forgetting/erasing.ts';
import { auditLeaving, createForgetting } from './core/forgetting/forget.ts';
import { createRetention } from './core/forgetting/retention.ts';
import { OPENAI_BASE_URL } from './core/models/base-url.ts';
import { createModelChooser } from './core/models/catalog/choose.ts';
import { operatorOffer } from './core/models/catalog/operator-offer.ts';
import type { Adapter } from './core/platform.ts';
import { createAudit } from './core/reports/audit.ts';
import { watchKeys } from './core/reports/key-troubles.ts';
import { createTroubles } from './core/reports/troubles.ts';
import { accessNotice } from './core/sentences/notices.ts';
import { welcomeText } from './core/sentences/welcome.ts';
import type { Settings } from './core/settings.ts';
import { trimEndOf } from './core/text/trim-end.ts';
import { createEngine } from './core/turn/engine.ts';
import { withFiles } from './core/turn/queue-with-files.ts';
import type { ConversationId, Message, TenantId } from './core/types.ts';
import { createMetrics } from './metrics.ts';
import { createPageDoor } from './page-door.ts';
import { startServers } from './servers.ts';
import { createProcesses } from './store/leases/heartbeats.ts';
import { createLocalClaims, createSharedClaims } from './store/leases/leases.ts';
import { folderOf, openStore } from './store/open.ts';
import { createTurnQueue } from './store/queue/queue.ts';
import { createSecrets } from './store/secrets/secrets.ts';
import { createVault, opensStored, readOrMakeKeyRing } from './store/secrets/vault.ts';
import { sqlitePath } from './store/sqlite/open-sqlite.ts';
import { createAccessLists } from './store/tables/access-lists.ts';
import { createNotebook } from './store/tables/adapter-state.ts';
import { createAttachments } from './store/tables/attachments.ts';
import { createConversationLists } from './store/tables/conversation-lists.ts';
import { createForgottenMarks } from './store/tables/forgotten-marks.ts';
import { createMessageRate } from './store/tables/message-rate.ts';
import { createSettings } from './store/tables/settings.ts';
import { createTranscripts } from './store/tables/transcripts.ts';
import { watchStore } from './store/watched-store.ts';
import { VERSION } from './version.ts';

export interface App {
  /** Where it listens. */
  url: string;
  /** Where metrics and readiness with its reasons are asked for; undefined where INTERNAL_PORT is not set. */
  internalUrl: string | undefined;
  /** The address of the page for a person: with the access token while that is new. Undefined without a page. */
  pageUrl: string | undefined;
  /** Lets answers end for a while, hands the rest to the next start, and closes everything. */
  stop(): Promise<void>;
}

/** @throws ConfigError, StoreError, VaultError, AdapterError, or the system's error where the address cannot be listened on */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const page = config.WEB === 'on' ? bundlePage() : undefined;
  const store = watchStore(await openStore(config.STORE_URL), log);
  try {
    const folder = folderOf(config.STORE_URL);
    const vault = createVault(config.MASTER_KEYS ?? readOrMakeKeyRing(join(folder, 'master.keys')));
    if (!(await opensStored(vault, store))) log.error(LOST_MASTER_KEY);
    const transcripts = createTranscripts(store);
    const attachments = createAttachments(store, {
      perPerson: config.FILES_PER_PERSON_MB * MB,
      perTenant: config.FILES_PER_TENANT_MB * MB,
    });
    const conversations = createConversationLists(store);
    const stored = createSettings(store, vault);
    const settings: Settings = {
      ...stored,
      async change(tenant, change) {
        const own = await stored.change(tenant, change);
        if (change.historyDays !== undefined) retention.soon();
        return own;
      },
    };
    const adapters: Adapter[] = [];
    const adapterOf = (conversation: ConversationId) => adapters.find(({ owns }) => owns(conversation));
    const processes = store.isShared ? createProcesses(store, log) : undefined;
    const claims = processes ? createSharedClaims(store, processes) : createLocalClaims();
    const isOfPage = (tenant: TenantId) => tenant.startsWith(`${PLATFORM}:`);
    const isOfSlack = (tenant: TenantId) => tenant.startsWith(`${SLACK}:`);
    const pageDoor = createPageDoor(config, store, log);
    /** Whoever uses the open page of this machine. */
    /** A browser at the page is a person; Slack's ids of people hold for one workspace. */
    const personOf = ({ tenant, author }: Message) => {
      if (isOfPage(tenant)) return tenant;
      return isOfSlack(tenant) ? slackPersonOf(teamOf(tenant), author.id) : discordPersonOf(author.id);
    };
    const isOperator = (tenant: TenantId) => isOfPage(tenant) && pageDoor.isOnMachine();
    const turnQueue = createTurnQueue({
      store,
      claims,
      homeOf: (conversation) => adapterOf(conversation)?.home(conversation),
      atOnce: {
        limitsOf: (tenant) => ({
          ofPerson: limitOf(config, 'PERSON_AT_ONCE', isOperator(tenant)),
          ofTenant: limitOf(config, 'TENANT_AT_ONCE', isOperator(tenant)),
        }),
        personOf,
      },
      mostWaiting: config.MOST_WAITING,
      log,
    });
    const queue = withFiles({ queue: turnQueue, attachments, transcripts, log });
    const secrets = createSecrets(store, vault);
    const notebooks = { discord: createNotebook(store, 'discord'), slack: createNotebook(store, 'slack') };
    const notes = Object.values(notebooks).map(createRecords);
    const retention = createRetention({
      transcripts,
      attachments,
      conversations,
      settings,
      queue,
      notes,
      notebook: createNotebook(store, 'retention'),
      claims,
      historyDays: config.HISTORY_DAYS,
      filesDays: config.FILES_DAYS,
      async onDeleted(conversation, first) {
        if (isOfPage(conversation)) await retitle(conversation, first, { conversations, transcripts });
      },
      erase: store.erase,
      log,
    });
    const marks = createForgottenMarks(store);
    const audit = createAudit(log);
    const forgettable = { queue, transcripts, attachments, settings, marks, notes };
    const forgetting = auditLeaving(erasing(createForgetting(forgettable), store.erase), audit);
    const baseUrlPolicy = (tenant: TenantId) =>
      isOfPage(tenant) ? pageDoor.baseUrlPolicy() : config.TENANT_BASE_URLS;
    const models = createModelChooser(settings, {
      ...(config.OPENAI_API_KEY !== undefined && { key: config.OPENAI_API_KEY }),
      baseUrl: config.OPENAI_BASE_URL ?? OPENAI_BASE_URL,
      model: config.OPENAI_MODEL,
      api: config.OPENAI_API,
      firstChunkMs: config.MODEL_FIRST_CHUNK_TIMEOUT * 1000,
      stallMs: config.MODEL_STALL_TIMEOUT * 1000,
      transcriptionModel: config.OPENAI_TRANSCRIPTION_MODEL,
      demo: isOfPage,
      offer: (tenant) =>
        operatorOffer({
          listed: config.OPERATOR_MODELS,
          model: config.OPENAI_MODEL,
          isPaid: config.OPENAI_API_KEY !== undefined,
          isOperator: isOperator(tenant),
        }),
      // As a message of the tenant's: at the page, a tenant is a person.
      mayTry: async (tenant) =>
        (await rate.count(tenant, { id: randomUUID(), at: Date.now(), place: TRIALS })) === undefined,
      paysFor: (tenant) => isOfPage(tenant) || config.OWN_KEY_ONLY === 'off',
      baseUrlPolicy,
    });
    const metrics = createMetrics();
    const troubles = createTroubles(log);
    const keyWatch = watchKeys(troubles);
    const kept = createAccessLists(store);
    const directMessages = config.DIRECT_MESSAGES === 'on';
    const admission = createAdmission({
      configured: accessListsOf(config),
      kept,
      models,
      directMessages,
      ownKeyOnly: config.OWN_KEY_ONLY === 'on',
    });
    const idsOf = (message: Message) =>
      isOfSlack(message.tenant)
        ? idsOfPerson(teamOf(message.tenant), message.author.id, message.author.home)
        : [personOf(message)];
    const spaceOf = (tenant: TenantId) => (isOfSlack(tenant) ? slackSpaceOf : discordSpaceOf)(tenant);
    const isBlocked = async (message: Message) =>
      !isOfPage(message.tenant) &&
      admission.isBlocked({ space: spaceOf(message.tenant), person: idsOf(message) });
    const engine = createEngine({
      transcripts,
      attachments,
      models,
      log,
      isBlocked,
      onTurn(record) {
        metrics.count(record);
        keyWatch(record);
      },
      budgetTokens: config.MODEL_CONTEXT,
    });
    if (page) await pageDoor.begin();
    const rate = audited(
      createMessageRate(store, (person) => limitOf(config, 'PERSON_PER_MINUTE', isOperator(person))),
      audit,
    );
    const about = { version: VERSION, historyDays: config.HISTORY_DAYS, filesDays: config.FILES_DAYS };
    const web =
      page &&
      createWebAdapter({
        gate: {
          door: pageDoor.door,
          access: pageDoor.access,
          publicUrl: config.PUBLIC_URL,
          clients: createClients(config.TRUSTED_PROXIES),
        },
        notebook: createNotebook(store, 'web'),
        page,
        transcripts,
        attachments,
        conversations,
        settings,
        models,
        baseUrlPolicy: pageDoor.baseUrlPolicy,
        about,
        reader: () => (pageDoor.isOnMachine() ? 'operator' : 'owner'),
        queue: turnQueue,
        rate,
        forgetting,
        topics: store,
        audit,
        log,
      });
    const commands = createCommands({
      settings,
      models,
      baseUrlPolicy,
      forgetting,
      transcripts,
      queue,
      marks,
      about,
      directMessages,
      mention: (tenant, kind, id) => (isOfSlack(tenant) ? slackTokenOf : discordTokenOf)(kind, id),
      // Slack answers a channel's questions in threads anyway.
      historyDays: config.HISTORY_DAYS,
      without: (tenant) => (isOfSlack(tenant) ? ['replyIn'] : []),
      audit,
      log,
    });
    const shutdown = new AbortController();
    const welcome = async (tenant: TenantId) => {
      const space = spaceOf(tenant);
      const refusal = space && (await admission.refusalOfSpace(space));
      if (refusal !== undefined) return accessNotice(refusal);
      return welcomeText(models.describe(tenant, await settings.read(tenant)), { directMessages });
    };
    const chat = {
      admission,
      refusals: createRefusals(audit),
      audit,
      rate,
      transcripts,
      attachments,
      settings,
      forgetting,
      marks,
      commands,
      help: (call: CommandCall) => helpText(call, commands.list, { directMessages }),
      queue,
      missedMs: config.MISSED_MINUTES * 60_000,
      shutdown: shutdown.signal,
      troubles,
      log,
    };
    if (web) adapters.push(web);
    if (config.DISCORD_TOKEN !== undefined) {
      // Loaded only where it is on: it takes a quarter of a second.
      const { createDiscordAdapter } = await import('./adapters/discord/adapter.ts');
      adapters.push(
        createDiscordAdapter({
          token: config.DISCORD_TOKEN,
          apiUrl: config.DISCORD_API_URL,
          graceMs: config.LEFT_SERVER_DAYS * DAY_MS,
          welcome,
          ...chat,
          notebook: notebooks.discord,
          claims,
          isShared: store.isShared,
          secrets,
        }),
      );
    }

    const slack = slackTokensOf(config);
    let slackRoutes: SlackConnection['routes'] | undefined;
    if (slack) {
      const { createSlackConnection } = await import('./adapters/slack/connection/connection.ts');
      const { createSlackAdapter } = await import('./adapters/slack/adapter.ts');
      const notebook = notebooks.slack;
      const connection = createSlackConnection({
        ...slack,
        secrets,
        notebook,
        claims,
        isAllowed: async (team) =>
          (await admission.refusalOfSpace({ kind: 'workspace', id: team })) === undefined,
        forget: (tenant) => forgetting.tenant(tenant),
        welcome,
        audit,
        log,
      });
      slackRoutes = connection.routes;
      adapters.push(
        createSlackAdapter({
          connection,
          apiUrl: slack.apiUrl,
          directMessages,
          ...chat,
          notebook,
          isShared: store.isShared,
        }),
      );
    }

    queue.run(
      async (message, run) =>
        (await adapterOf(message.conversation)?.show(message, engine.respond(message, run), run)) ?? 'left',
    );

    let isStarted = false;
    const health = {
      metrics,
      troubles: troubles.list,
      async whyNotReady() {
        const reason = await store.whyNotReady();
        if (reason !== undefined) return reason;
        const away = adapters.map((adapter) => adapter.whyNotReady()).find((why) => why !== undefined);
        return away ?? (isStarted ? undefined : 'Parley is starting');
      },
    };
    // Slack's before the page's, which ask for its access token.
    const routes = [slackRoutes, web?.routes].filter((one) => one !== undefined);
    const http = await startServers(config, health, routes);
    if (http.internalUrl !== undefined) log.info({ url: http.internalUrl }, 'metrics and readiness');
    const operatorServices = servicesOn(store, config, audit, {
      ...forgettable,
      conversations,
      erase: store.erase,
    });
    // On a server, a command opens the store as one more process.
    const operator = store.isShared
      ? undefined
      : await listenToOperator(
          socketFileOf(sqlitePath(config.STORE_URL)),
          (words) => runOperatorCommand(operatorServices, words),
          log,
        );

    const disconnect = async () => {
      setTimeout(() => shutdown.abort(), config.STOP_SECONDS * 1000).unref();
      await Promise.all([queue.stop(config.STOP_SECONDS * 1000), retention.stop()]);
      await Promise.all(adapters.map((adapter) => adapter.stop()));
      await http.stop();
      await operator?.stop();
      await processes?.stop();
    };
    try {
      for (const adapter of adapters) await adapter.start();
      await untilStored(queue.recover, { shutdown: shutdown.signal });
      retention.start();
      isStarted = true;
    } catch (error) {
      await disconnect();
      throw error;
    }
    return {
      url: http.url,
      internalUrl: http.internalUrl,
      pageUrl: web && pageUrl(config.PUBLIC_URL ?? http.url, pageDoor.access.justMade()),
      async stop() {
        await disconnect();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const LOST_MASTER_KEY =
  'The master keys do not open the API keys that are stored. Bring back the master.keys file, or add the old key to MASTER_KEYS; until then those who stored a key get an error.';
/** Where trials are sent from, among the places of the messages of a minute. */
const TRIALS = 'settings';
const DAY_MS = 24 * 3_600_000;
const MB = 2 ** 20;

/** The link carries the token once, when it was just made; later it is where the log says. */
function pageUrl(base: string, token: string | undefined): string {
  const url = trimEndOf(base, /\//);
  return token === undefined ? url : `${url}/access?token=${token}`;
}
