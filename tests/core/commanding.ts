/** Commands over a real store, with a model server as the provider. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect } from 'vitest';
import { type ModelServer, startModelServer } from '../../lab/counterparts/model-server.ts';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { placeOf } from '../../src/chat/conversation-ids.ts';
import type { CommandCall, CommandReply, Commands, Form } from '../../src/core/commands/command.ts';
import { createCommands } from '../../src/core/commands/commands.ts';
import { createForgetting } from '../../src/core/forgetting/forget.ts';
import type { BaseUrlPolicy } from '../../src/core/models/base-url.ts';
import { createModelChooser } from '../../src/core/models/catalog/choose.ts';
import type { OperatorOffer } from '../../src/core/models/catalog/operator-offer.ts';
import type { BookReader, BookRow } from '../../src/core/money/books.ts';
import {
  accountsOf,
  type Limit,
  type LimitedSpender,
  type OperatorLimits,
  type TenantLimits,
} from '../../src/core/money/limits.ts';
import { createUsageReports } from '../../src/core/money/shown/usage-reports.ts';
import { createAudit } from '../../src/core/reports/audit.ts';
import type { Toolbox } from '../../src/core/turn/tools/turn-tools.ts';
import type { Vocabulary } from '../../src/core/vocabulary.ts';
import { createBooks } from '../../src/store/books/books.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { openStore } from '../../src/store/open.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { createForgottenMarks } from '../../src/store/tables/forgotten-marks.ts';
import { createSettings } from '../../src/store/tables/settings.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { emptyFolder, queueOn } from '../fixtures.ts';

export const TENANT = 'chat:server';
export const CONVERSATION = 'chat:server:channel';
/** A model of which nobody knows the price. */
export const UNPRICED = 'llama-at-home';
/** In no reply, no line of the log and no file may more of it stand than its end. */
export const KEY = 'sk-canary-0123456789-last';

export const TODAY = '2026-11-30';

export const admin: CommandCall = {
  tenant: TENANT,
  conversation: CONVERSATION,
  author: { id: 'ada', name: 'Ada' },
  isAdmin: true,
  isModerator: true,
  access: 'yes',
  place: placeOf(CONVERSATION, { kind: 'conversation', isShared: false }),
};
export const member: CommandCall = {
  ...admin,
  author: { id: 'bob', name: 'Bob' },
  isAdmin: false,
  isModerator: false,
};

export interface CommandingOptions {
  policy?: BaseUrlPolicy;
  operatorKey?: string;
  /** Instead of the model server's. */
  baseUrl?: string;
  words?: Vocabulary;
  /** Rows of the books. */
  booked?: BookRow[];
  operatorLimits?: OperatorLimits;
  /** Nano-dollars that are spent of a limit. */
  spentOf?: (limit: Limit) => number;
  toolbox?: Toolbox;
  offer?: OperatorOffer;
  change?: (store: Store) => Store;
}

export async function commanding({
  policy = 'any',
  operatorKey,
  baseUrl,
  words = { ...DISCORD_WORDS, mention: (kind, id) => `<${TENANT} ${kind} ${id}>` },
  booked = [],
  operatorLimits = { timeZone: 'UTC' },
  spentOf = () => 0,
  toolbox = { tools: [], hostedAt: () => ['code_interpreter', 'image_generation', 'web_search'] },
  offer,
  change = (same) => same,
}: CommandingOptions = {}) {
  const server: ModelServer = await startModelServer();
  const folder = await emptyFolder();
  const opened = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
  const store = change(opened);
  const log: string[] = [];
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const settings = createSettings(
    store,
    createVault(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`)),
  );
  const models = createModelChooser(settings, {
    ...(operatorKey !== undefined && { key: operatorKey }),
    baseUrl: baseUrl ?? server.url,
    model: 'operators-model',
    api: 'chat',
    firstChunkMs: 5_000,
    stallMs: 5_000,
    transcriptionModel: 'scribe',
    demo: () => false,
    ...(offer && { offer: () => offer }),
    baseUrlPolicy: () => policy,
  });
  const queue = queueOn(store, { partitionOf: (id) => id.split(':').slice(0, 3).join(':') });
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const marks = createForgottenMarks(store);
  const spending = {
    isPriced: ({ model }: { model: string }) => model !== UNPRICED,
    states: async (spender: LimitedSpender, own: TenantLimits) =>
      accountsOf({ spender, settings: own, operator: operatorLimits, at: Date.now() }).flatMap(({ limits }) =>
        limits.map((limit) => ({ limit, spent: spentOf(limit) })),
      ),
  };
  const commands = createCommands({
    settings,
    models,
    transcripts,
    queue,
    marks,
    about: { version: '9.9.9', historyDays: 30, filesDays: 0 },
    forgetting: createForgetting({
      notes: [],
      queue,
      transcripts,
      attachments,
      settings,
      books: createBooks({ store, isPersonal: () => false }),
      marks,
    }),
    directMessages: true,
    usage: createUsageReports({
      books: booksOf(booked),
      todayOf: async () => TODAY,
      settings,
      spending,
      words,
    }),
    spending,
    operatorLimits,
    toolbox,
    rate: { count: async () => undefined },
    spendingDoor: { refusalOf: async () => undefined },
    summarise: async () => ({ notice: 'No summary.' }),
    timeZone: 'UTC',
    shutdown: new AbortController().signal,
    personOf: ({ author }) => `chat:${author.id}`,
    baseUrlPolicy: () => policy,
    historyDays: 90,
    words,
    audit: createAudit(logger),
    log: logger,
  });
  const replies: CommandReply[] = [];
  const noted = async (reply: Promise<CommandReply>) => {
    replies.push(await reply);
    return reply;
  };
  const recorded: Commands = {
    ...commands,
    run: (...args) => noted(commands.run(...args)),
    submit: (...args) => noted(commands.submit(...args)),
    pick: (...args) => noted(commands.pick(...args)),
  };

  return {
    server,
    store,
    settings,
    models,
    transcripts,
    attachments,
    queue,
    marks,
    log,
    commands: recorded,
    /** Fills in `/key set`. */
    async setKey(key = KEY, call = admin) {
      const { id } = formOf(await recorded.run('key set', call, {}));
      return textOf(await recorded.submit(id, call, { key: [key] }));
    },
    /** Picks a setting from the panel and fills its form in. */
    async choose(setting: string, values: string[]) {
      const { id } = formOf(await recorded.pick('settings', admin, setting));
      return recorded.submit(id, admin, { [setting]: values });
    },
    expectNoKey() {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
      for (const place of [...replies.map((reply) => JSON.stringify(reply)), ...log, ...files]) {
        expect(place).not.toContain('canary');
      }
    },
    async [Symbol.asyncDispose]() {
      await queue.stop(0);
      await opened.close();
      await server.stop();
    },
  };
}

/** Books that hold these rows. */
function booksOf(rows: BookRow[]): BookReader {
  const ofTenant = async (tenant: string, month: string) =>
    rows.filter((row) => row.tenant === tenant && row.day.startsWith(month));
  return {
    ofTenant,
    ofPerson: async (tenant, person, month) =>
      (await ofTenant(tenant, month)).filter((row) => row.person === person),
  };
}

export function textOf(reply: CommandReply): string {
  if (reply.type !== 'text') throw new Error(`a ${reply.type} instead of a text`);
  return reply.text;
}

export function formOf(reply: CommandReply): Form {
  if (reply.type !== 'form') throw new Error(`${JSON.stringify(reply)} instead of a form`);
  return reply.form;
}
