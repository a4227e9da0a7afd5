/** The services that Parley gives its platforms, built once for a start. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createPersonalMessages } from '../adapters/personal-messages.ts';
import type { Services, SharedServices } from '../adapters/platform.ts';
import type { Config } from '../config.ts';
import { type Admission, createAdmission } from '../core/access/admission.ts';
import { audited, type MessageRate } from '../core/access/message-rate.ts';
import { createRefusals } from '../core/access/refusals.ts';
import { createSpendingDoor } from '../core/access/spending-door.ts';
import type { CommandCall } from '../core/commands/command.ts';
import { createCommands } from '../core/commands/commands.ts';
import { helpText } from '../core/commands/help.ts';
import { erasing } from '../core/forgetting/erasing.ts';
import { auditLeaving, createForgetting } from '../core/forgetting/forget.ts';
import { OPENAI_BASE_URL } from '../core/models/base-url.ts';
import { createModelChooser, type ModelChooser } from '../core/models/catalog/choose.ts';
import { operatorOffer } from '../core/models/catalog/operator-offer.ts';
import type { BookReader } from '../core/money/books.ts';
import type { Spending } from '../core/money/metering/spending.ts';
import type { SpendingWatch } from '../core/money/metering/spending-watch.ts';
import { periodOf } from '../core/money/periods.ts';
import { createUsageReports } from '../core/money/shown/usage-reports.ts';
import { createAudit } from '../core/reports/audit.ts';
import { createTroubles } from '../core/reports/troubles.ts';
import { en } from '../core/sentences/en.ts';
import type { Settings } from '../core/settings.ts';
import { createAskOnce } from '../core/short/one-answer.ts';
import { createShortVersions } from '../core/short/short-versions.ts';
import { createSummarise } from '../core/short/summary.ts';
import { createTitleMaker, type MakeTitle } from '../core/short/title-maker.ts';
import type { Documents } from '../core/turn/asking/documents.ts';
import type { TurnQueue } from '../core/turn/queue.ts';
import { withFiles } from '../core/turn/queue-with-files.ts';
import type { TenantId } from '../core/types.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import { createDocuments } from '../documents/reader.ts';
import type { AuditTrail } from '../store/operator/audit-trail.ts';
import type { Store } from '../store/store.ts';
import { createMessageRate } from '../store/tables/message-rate.ts';
import { VERSION } from '../version.ts';
import { createOperatorView, type OperatorViewOptions } from './operator/operator-view.ts';
import { accessListsOf, spendingLimitsOf } from './operator-limits.ts';
import type { Platforms } from './platforms.ts';
import type { IndexedTables } from './tables.ts';
import { createToolbox } from './tools.ts';

export interface ServicesOptions
  extends Pick<OperatorViewOptions, 'ledger' | 'adapters' | 'whyNotReady' | 'newestError'> {
  config: Config;
  store: Store;
  tables: IndexedTables;
  platforms: Platforms;
  settings: Settings;
  queue: TurnQueue;
  spending: Spending;
  /** Called for each question that a limit refuses. */
  onRefused: SpendingWatch['refused'];
  shutdown: AbortSignal;
  keepAudit: AuditTrail['keep'];
  log: Logger;
}

export interface BuiltServices {
  services: SharedServices;
  documents: Documents;
  /** The services of a platform with these words. */
  servicesIn(words: Vocabulary): Services;
}

export function createServices(options: ServicesOptions): BuiltServices {
  const { config, store, tables, platforms, settings, queue, spending, shutdown, log } = options;
  const { transcripts, attachments, conversations, search, secrets, marks, notes } = tables;
  const kept = { transcripts, attachments, conversations, search, secrets, marks };
  const audit = createAudit(log, options.keepAudit);
  const queueWithFiles = withFiles({ queue, attachments, transcripts, log });
  const removing = createForgetting({
    queue: queueWithFiles,
    transcripts,
    attachments,
    settings,
    books: tables.books,
    marks,
    notes,
  });
  const forgetting = auditLeaving(erasing(removing, store.erase), audit);
  const limitOf = (person: string) => platforms.limitOf('PERSON_PER_MINUTE', person);
  const rate = audited(createMessageRate(store, limitOf), audit);
  const models = createModels({ config, settings, platforms, rate, spending });
  const directMessages = config.DIRECT_MESSAGES === 'on';
  const admission = createAdmission({
    configured: accessListsOf(config),
    kept: tables.accessLists,
    models,
    directMessages,
    ownKeyOnly: config.OWN_KEY_ONLY === 'on',
  });
  const troubles = createTroubles(log);
  const documents = createDocuments();
  const services = {
    ...kept,
    settings,
    models,
    queue,
    queueWithFiles,
    spending,
    forgetting,
    admission,
    rate,
    operatorLimits: spendingLimitsOf(config),
    operatorView: createOperatorView(options, troubles),
    toolbox: createToolbox({ config, attachments, documents, troubles }),
    about: { version: VERSION, historyDays: config.HISTORY_DAYS, filesDays: config.FILES_DAYS },
    directMessages,
    personalMessages: createPersonalMessages({ transcripts, topics: store, adapters: options.adapters }),
    missedMs: config.MISSED_MINUTES * 60_000,
    shutdown,
    troubles,
    audit,
  };
  return {
    services,
    documents,
    servicesIn: (words) => ({
      ...services,
      ...saying({
        services,
        books: tables.books,
        onRefused: options.onRefused,
        words,
        config,
        platforms,
        log,
      }),
    }),
  };
}

interface SayingOptions extends Pick<ServicesOptions, 'onRefused'> {
  services: SharedServices;
  books: BookReader;
  words: Vocabulary;
  config: Config;
  platforms: Platforms;
  log: Logger;
}

/** Everything that Parley says by itself, in one platform's words. */
function saying({ services, books, onRefused, words, config, platforms, log }: SayingOptions) {
  const { admission, models, settings, spending, directMessages, audit } = services;
  const usage = createUsageReports({
    books,
    settings,
    spending,
    async todayOf(tenant) {
      const { timeZone } = await settings.read(tenant);
      return periodOf(Date.now(), 'day', timeZone ?? config.TIME_ZONE).name;
    },
    words,
  });
  const askOnce = createAskOnce({ models, spend: spending.run, shutdown: services.shutdown });
  const budgetTokens = config.MODEL_CONTEXT;
  const spendingDoor = createSpendingDoor({ spending, models, audit, words, onRefused });
  const commands = createCommands({
    ...services,
    queue: services.queueWithFiles,
    usage,
    personOf: platforms.personOf,
    spendingDoor,
    summarise: createSummarise({ askOnce, budgetTokens }),
    timeZone: config.TIME_ZONE,
    baseUrlPolicy: platforms.baseUrlPolicy,
    historyDays: config.HISTORY_DAYS,
    words,
    log,
  });
  return {
    refusals: createRefusals(audit, words),
    spendingDoor,
    commands,
    usage,
    shortVersions: createShortVersions({ ...services, askOnce, budgetTokens, words }),
    makeTitle: config.OPENAI_TITLE_MODEL === undefined ? undefined : titleMaker(services, words),
    help: (call: CommandCall) => helpText(call, commands.list, { directMessages, words }),
    welcome: createWelcome({ admission, models, settings, platforms, directMessages, words }),
  };
}

/** Asks with the model for titles, in place of the one that answers. */
function titleMaker({ models, spending, shutdown }: SharedServices, words: Vocabulary): MakeTitle {
  const forTitles: Pick<ModelChooser, 'choose'> = {
    choose: (tenant, settings) => models.choose(tenant, settings, 'title'),
  };
  const askOnce = createAskOnce({ models: forTitles, spend: spending.run, shutdown });
  return createTitleMaker({ askOnce, models, words });
}

/** The place in which trials count, among the places of a minute's messages. */
const TRIALS = 'settings';

interface ModelsOptions extends Pick<ServicesOptions, 'config' | 'settings' | 'platforms' | 'spending'> {
  rate: MessageRate;
}

function createModels({ config, settings, platforms, rate, spending }: ModelsOptions): ModelChooser {
  const { OPENAI_API_KEY: key, OPENAI_MODEL: model } = config;
  return createModelChooser(settings, {
    ...(key !== undefined && { key }),
    baseUrl: config.OPENAI_BASE_URL ?? OPENAI_BASE_URL,
    model,
    api: config.OPENAI_API,
    firstChunkMs: config.MODEL_FIRST_CHUNK_TIMEOUT * 1000,
    stallMs: config.MODEL_STALL_TIMEOUT * 1000,
    transcriptionModel: config.OPENAI_TRANSCRIPTION_MODEL,
    ...(config.OPENAI_TITLE_MODEL !== undefined && { titleModel: config.OPENAI_TITLE_MODEL }),
    demo: platforms.isGuest,
    offer: (tenant) =>
      operatorOffer({
        listed: config.OPERATOR_MODELS,
        model,
        isPaid: key !== undefined,
        isOperator: platforms.isOperator(tenant),
        tools: config.OPERATOR_TOOLS,
      }),
    // A trial counts as a message of its tenant. On the page, a tenant is a person.
    mayTry: async (tenant) =>
      (await rate.count(tenant, { id: randomUUID(), at: Date.now(), place: TRIALS })) === undefined,
    metered({ tenant, author, roles }, own, choice, task) {
      const person = platforms.personOf({ tenant, author: { id: author, name: '' } });
      const spender = { tenant, person, roles, conversation: tenant };
      return spending.run({ kind: 'trial', spender, settings: own, choice }, task);
    },
    paysFor: (tenant) => platforms.isGuest(tenant) || config.OWN_KEY_ONLY === 'off',
    baseUrlPolicy: platforms.baseUrlPolicy,
  });
}

interface WelcomeOptions {
  admission: Admission;
  models: ModelChooser;
  settings: Settings;
  platforms: Platforms;
  directMessages: boolean;
  words: Vocabulary;
}

/** The first steps. If the operator does not let the place in, one sentence says so instead. */
function createWelcome(options: WelcomeOptions) {
  const { admission, models, settings, platforms, directMessages, words } = options;
  return async (tenant: TenantId) => {
    const space = platforms.spaceOf(tenant);
    const refusal = space && (await admission.refusalOfSpace(space));
    if (refusal !== undefined) return en.notices.notAnswered(refusal, words);
    return en.welcome.greeting(models.describe(tenant, await settings.read(tenant)), words, {
      directMessages,
    });
  };
}
