/** The composition root: builds, starts and stops everything, in order. */
import type { Logger } from 'pino';
import { hasList, platformOf, vocabularyOf } from './adapters/all.ts';
import { withDmNews } from './adapters/dm-news.ts';
import type { Connected, SharedServices } from './adapters/platform.ts';
import { untilStored } from './chat/until-stored.ts';
import type { Config } from './config.ts';
import { settingsOf } from './core/choices/chosen-over.ts';
import { createRetention } from './core/forgetting/retention.ts';
import type { LimitAlerts } from './core/money/limit-alerts.ts';
import { withFooters } from './core/money/shown/with-footers.ts';
import type { Adapter, Leases } from './core/platform.ts';
import { watchKeys } from './core/reports/key-troubles.ts';
import { type WatchedLog, watchErrors } from './core/reports/newest-error.ts';
import type { Settings } from './core/settings.ts';
import type { Documents } from './core/turn/asking/documents.ts';
import { BYTES_PER_TOKEN } from './core/turn/context-size.ts';
import { createEngine, type Engine } from './core/turn/engine.ts';
import { mostNoteBytes } from './core/turn/past/note.ts';
import { createNoteMaker } from './core/turn/past/note-maker.ts';
import type { TurnQueue } from './core/turn/queue.ts';
import { turnTools } from './core/turn/tools/turn-tools.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startAlerts, withAlerts } from './start/limit-alerts.ts';
import { openMoney } from './start/money.ts';
import { listenForOperator } from './start/operator/operator-door.ts';
import { createOperatorRecords, type OperatorRecords } from './start/operator/operator-records.ts';
import { type Platforms, preparePlatforms } from './start/platforms.ts';
import { startServers } from './start/servers.ts';
import { createServices } from './start/services.ts';
import { openIndexed, type Tables } from './start/tables.ts';
import { createHeartbeats } from './store/leases/heartbeats.ts';
import { createLocalLeases, createSharedLeases } from './store/leases/leases.ts';
import { openStore } from './store/open.ts';
import { createTurnQueue, type TurnQueueOptions } from './store/queue/queue.ts';
import { markChanges } from './store/search/marked-store.ts';
import type { Store } from './store/store.ts';
import { createAdapterState } from './store/tables/adapter-state.ts';
import { type WatchedStore, watchStore } from './store/watched-store.ts';

export interface App {
  /** The address that Parley listens on. */
  url: string;
  /** The address of metrics, and of readiness with its reasons; undefined where INTERNAL_PORT is not set. */
  internalUrl: string | undefined;
  /** The address of the page for a person: with the access token while that is new. Undefined without a page. */
  pageUrl: string | undefined;
  /** Gives answers time to end, hands the rest to the next start, and closes everything. */
  stop(): Promise<void>;
}

/**
 * @throws ConfigError, StoreError, VaultError, AdapterError, or the system's error if the address cannot be listened
 * on
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const watched = watchErrors(log);
  const store = markChanges(watchStore(await openStore(config.STORE_URL), watched.log), hasList);
  try {
    const app = await startOn(store, config, watched);
    return {
      ...app,
      async stop() {
        await app.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(opened: WatchedStore, config: Config, { log, newestError }: WatchedLog): Promise<App> {
  const { store, tables, index } = await openIndexed(config, opened, log);
  const heartbeats = store.isShared ? createHeartbeats(store, log) : undefined;
  const leases = heartbeats ? createSharedLeases(store, heartbeats) : createLocalLeases();
  const metrics = withAlerts(
    () => alerts,
    createMetrics(() => money.ledger.open()),
  );
  const money = await openMoney({ config, store, tables, heartbeats, metrics, log });
  const platforms = preparePlatforms(config, store, leases, log);
  const records = createOperatorRecords(store);
  const shutdown = new AbortController();
  const queue = withDmNews(queueOn({ config, store, platforms, leases, watch: metrics, log }), store);
  const { settings, retention } = retained({ config, store, tables, platforms, queue, leases, log });
  const { alerts, spending } = startAlerts({ ...money, store, settings, adapters: () => adapters, log });
  const { services, servicesIn, documents } = createServices({
    config,
    store,
    tables,
    platforms,
    settings,
    queue,
    spending,
    onRefused: metrics.refused,
    shutdown: shutdown.signal,
    ledger: money.ledger,
    adapters: () => adapters,
    whyNotReady: () => whyNotReady(),
    newestError,
    keepAudit: records.audits.keep,
    log,
  });
  const turns = { config, tables, services, platforms, documents, metrics, records, log };
  const { engine, noteMaker } = createTurns(turns);
  const connected = await platforms.connect(servicesIn);
  const adapters = connected.map(({ adapter }) => adapter);
  runTurns(queue, { adapters, engine, settings, alerts });
  let isStarted = false;
  const whyNotReady = async () =>
    (await store.whyNotReady()) ?? whyAway(adapters) ?? (isStarted ? undefined : 'Parley is starting');
  const http = await startServers(
    config,
    { metrics, troubles: services.troubles.list, whyNotReady },
    connected.flatMap(({ routes }) => routes ?? []),
  );
  if (http.internalUrl !== undefined) log.info({ url: http.internalUrl }, 'metrics and readiness');
  const operator = await listenForOperator({ config, store, tables, services, log });
  const stop = async () => {
    const ms = config.STOP_SECONDS * 1000;
    setTimeout(() => shutdown.abort(), ms).unref();
    money.openCalls.stop();
    await Promise.all([services.queueWithFiles.stop(ms), retention.stop()]);
    await Promise.all([noteMaker.stop(), alerts.stop(), index.stop()]);
    await stopInOrder([...adapters, http, operator, records, heartbeats]);
  };
  try {
    for (const adapter of adapters) await adapter.start();
    await untilStored(services.queueWithFiles.recover, { shutdown: shutdown.signal });
    retention.start();
    money.openCalls.start();
    isStarted = true;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: http.url, internalUrl: http.internalUrl, pageUrl: pageUrlOf(connected, http.url), stop };
}

interface AnsweredBy {
  adapters: Adapter[];
  engine: Pick<Engine, 'respond'>;
  settings: Settings;
  alerts: LimitAlerts;
}

/** Runs the turns of the queue, each on its platform. */
function runTurns(queue: TurnQueue, { adapters, engine, settings, alerts }: AnsweredBy): void {
  queue.run(async (message, queued) => {
    const attempt = { ...queued, settings: settingsOf(message, settings) };
    const adapter = adapters.find(({ name }) => name === platformOf(message.conversation)?.name);
    const shown = await adapter?.show(message, engine.respond(message, attempt), attempt);
    alerts.check(message.tenant, attempt.settings);
    return shown ?? 'left';
  });
}

async function stopInOrder(parts: (Pick<Adapter, 'stop'> | undefined)[]): Promise<void> {
  for (const part of parts) await part?.stop();
}

const pageUrlOf = (connected: Connected[], base: string): string | undefined =>
  connected.find(({ pageUrl }) => pageUrl)?.pageUrl?.(base);

/** Why a platform is not connected. Undefined: all are. */
const whyAway = (adapters: Adapter[]): string | undefined =>
  adapters.map((adapter) => adapter.whyNotReady()).find((why) => why !== undefined);

type QueueParts = Pick<Retained, 'config' | 'platforms' | 'log'> &
  Pick<TurnQueueOptions, 'store' | 'leases' | 'watch'>;

/** The queue of turns, with each platform's limits and partitions. */
function queueOn({ config, store, platforms, leases, watch, log }: QueueParts): TurnQueue {
  return createTurnQueue({
    store,
    leases,
    partitionOf: platforms.partitionOf,
    atOnce: {
      limitsOf: (tenant) => ({
        ofPerson: platforms.limitOf('PERSON_AT_ONCE', tenant),
        ofTenant: platforms.limitOf('TENANT_AT_ONCE', tenant),
      }),
      personOf: platforms.personOf,
    },
    mostWaiting: config.MOST_WAITING,
    ...(watch && { watch }),
    log,
  });
}

interface Retained {
  config: Config;
  store: Store;
  tables: Tables;
  platforms: Platforms;
  queue: TurnQueue;
  leases: Leases;
  log: Logger;
}

/** Retention, and settings that start a sweep at once when a tenant chose fewer days. */
function retained({ config, store, tables, platforms, queue, leases, log }: Retained) {
  const { transcripts, conversations } = tables;
  const settings: Settings = {
    ...tables.settings,
    async change(tenant, change) {
      const own = await tables.settings.change(tenant, change);
      if (change.historyDays !== undefined) retention.soon();
      return own;
    },
  };
  const retention = createRetention({
    ...tables,
    settings,
    queue,
    state: createAdapterState(store, 'retention'),
    leases,
    historyDays: config.HISTORY_DAYS,
    filesDays: config.FILES_DAYS,
    onDeleted: (conversation, first) =>
      platforms.onDeleted(conversation, first, { conversations, transcripts }),
    erase: store.erase,
    log,
  });
  return { settings, retention };
}

interface Turns {
  config: Config;
  tables: Tables;
  services: SharedServices;
  platforms: Platforms;
  metrics: Metrics;
  records: OperatorRecords;
  log: Logger;
  documents: Documents;
}

/** The engine. It counts its turns, and answers nobody whom the operator has blocked meanwhile. */
function createTurns({ config, tables, services, platforms, documents, metrics, records, log }: Turns) {
  const { transcripts, attachments, models, admission, spending, troubles, toolbox } = services;
  const { summaries, responses } = tables;
  const watchKey = watchKeys(troubles);
  const noteMaker = createNoteMaker({
    transcripts,
    attachments,
    summaries,
    metered: ({ message, settings, choice }, task) =>
      spending.run({ kind: 'summary', spender: platforms.spenderOf(message), settings, choice }, task),
    mostBytes: mostNoteBytes(config.MODEL_CONTEXT * BYTES_PER_TOKEN),
    log,
  });
  const engine = createEngine({
    transcripts,
    attachments,
    summaries,
    noteMaker,
    models,
    responses,
    timeZone: config.TIME_ZONE,
    spending,
    documents,
    toolsOf: (choice, settings, message) => turnTools(toolbox, { choice, settings, message }),
    toolTimes: { turnMs: config.TOOL_SECONDS * 1000 },
    spenderOf: platforms.spenderOf,
    vocabularyOf,
    async isBlocked(message) {
      const asking = platforms.askingIn(message);
      return asking !== undefined && admission.isBlocked(asking);
    },
    onTurn(record) {
      metrics.count(record);
      records.endedTurns.count(record);
      watchKey(record);
    },
    budgetTokens: config.MODEL_CONTEXT,
    log,
  });
  return { engine: withFooters(engine, transcripts), noteMaker };
}
