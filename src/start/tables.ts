/** Everything that the core keeps, on one store. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isPersonal, PLATFORMS } from '../adapters/all.ts';
import { createRecords } from '../chat/answer/answer-records.ts';
import type { Config } from '../config.ts';
import type { ForgetEverywhereOptions } from '../core/forgetting/forget-everywhere.ts';
import { createSearch } from '../core/search/search.ts';
import { en } from '../core/sentences/en.ts';
import type { TenantId } from '../core/types.ts';
import { createBooks } from '../store/books/books.ts';
import { createAttachments } from '../store/files/attachments.ts';
import { folderOf } from '../store/open.ts';
import { createIndexer, type Indexer, type IndexerOptions } from '../store/search/indexer.ts';
import { createSecrets } from '../store/secrets/secrets.ts';
import { createVault, opensStored, readOrMakeKeyRing } from '../store/secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { createAccessLists } from '../store/tables/access-lists.ts';
import { createAdapterState } from '../store/tables/adapter-state.ts';
import { createConversationLists } from '../store/tables/conversation-lists.ts';
import { createForgottenMarks } from '../store/tables/forgotten-marks.ts';
import { createNotes } from '../store/tables/notes.ts';
import { createResponseCache } from '../store/tables/response-cache.ts';
import { createSettings } from '../store/tables/settings.ts';
import { createTranscripts } from '../store/tables/transcripts.ts';

export type Tables = Awaited<ReturnType<typeof openTables>>;
export type IndexedTables = Awaited<ReturnType<typeof openIndexed>>['tables'];

/**
 * The tables with an index of words, in which people search their conversations.
 * @param opened marks changes of words (store/search/marked-store)
 * @throws StoreError, VaultError
 */
export async function openIndexed<S extends Store>(config: Config, opened: S, log: Logger) {
  const tables = await openTables(config, opened, log);
  const { transcripts, conversations } = tables;
  const { store, index } = indexed(opened, tables, log);
  index.start();
  const search = createSearch({ index, transcripts, conversations });
  return { store, tables: { ...tables, search }, index };
}

/** A store whose `erase` first takes what was removed out of the index of words. */
export function indexed<S extends Store>(
  opened: S,
  { transcripts, conversations }: Pick<IndexerOptions, 'transcripts' | 'conversations'>,
  log: Logger,
): { store: S; index: Indexer } {
  const index = createIndexer({ store: opened, transcripts, conversations, log });
  const erase = async () => {
    await index.settle();
    await opened.erase();
  };
  return { store: { ...opened, erase }, index };
}

/** @throws StoreError, VaultError */
export async function openTables(config: Config, store: Store, log: Logger) {
  const keyRing = config.MASTER_KEYS ?? readOrMakeKeyRing(join(folderOf(config.STORE_URL), 'master.keys'));
  const vault = createVault(keyRing);
  if (!(await opensStored(vault, store))) log.error(en.setup.masterKeysLost);
  const transcripts = createTranscripts(store);
  return {
    transcripts,
    responses: createResponseCache(store, transcripts),
    attachments: createAttachments(store, {
      perPerson: config.FILES_PER_PERSON_MB * MB,
      perTenant: config.FILES_PER_TENANT_MB * MB,
    }),
    conversations: createConversationLists(store),
    settings: createSettings(store, vault),
    secrets: createSecrets(store, vault),
    accessLists: createAccessLists(store),
    marks: createForgottenMarks(store),
    books: createBooks({ store, isPersonal }),
    notes: answerRecordsOn(store),
    summaries: createNotes(store),
  };
}

const MB = 2 ** 20;

/**
 * Records of the messages that show each answer, for each platform whose answers are messages; and what a platform keeps
 * of a tenant besides.
 */
export const answerRecordsOn = (store: Store): ForgetEverywhereOptions['notes'] => [
  ...PLATFORMS.filter(({ admission }) => admission).map(({ name }) =>
    createRecords(createAdapterState(store, name)),
  ),
  ...PLATFORMS.flatMap(({ name, forgetKept }) => {
    if (!forgetKept) return [];
    const forget = (tenant: TenantId) => forgetKept(tenant, createAdapterState(store, name));
    return [{ forget, remove: async () => {}, forgetAsker: async () => {} }];
  }),
];
