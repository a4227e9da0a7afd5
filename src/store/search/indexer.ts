/**
 * Keeps the index of words up to date: with what is marked as changed, and in the background with all that was there before
 * the index. A search first brings in what is marked of its tenant, so that people find what they said just now.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { ConversationIndex } from '../../core/search/conversation-index.ts';
import { differentWords } from '../../core/search/words.ts';
import type { ConversationLists, Transcripts } from '../../core/storage.ts';
import { isBranch } from '../../core/turn/past/branches.ts';
import { type TenantId, tenantIn } from '../../core/types.ts';
import { transcriptName } from '../branches/branch-list.ts';
import { conversationsKey, UNINDEXED, unindexedKey } from '../keys.ts';
import type { Store } from '../store.ts';
import { type IndexPlace, TITLE, type WordIndex } from './word-index.ts';

export interface Indexer extends ConversationIndex {
  /** Brings in all that is marked. Never throws. */
  settle(): Promise<void>;
  /** Begins the work in the background. */
  start(): void;
  stop(): Promise<void>;
}

export interface IndexerOptions {
  store: Store;
  transcripts: Transcripts;
  conversations: ConversationLists;
  log: Logger;
}

/** Marks read at once. */
const BATCH = 50;
/** Most places that a search brings in by itself. Others follow in the background. */
const MOST_BEFORE_SEARCH = 300;
/** Pause between two looks for marks, ms. */
const EVERY_MS = 5_000;
/** Pause between two places while the index is filled, ms, so that others have most of the time. */
const FILL_REST_MS = 4;
const FILL_PAGE = 50;
/** Times that a place is read again because it changed meanwhile. */
const MOST_READS = 5;

const WITHOUT_INDEX: Indexer = {
  find: async () => [],
  findSome: async () => ({ places: [], weights: [] }),
  settle: async () => {},
  start() {},
  stop: async () => {},
};

/** Nothing is found in a store without an index. */
export function createIndexer(options: IndexerOptions): Indexer {
  const { store, log } = options;
  const { words } = store;
  if (!words) return WITHOUT_INDEX;
  const bring = createBringing(options, words);
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  /** Brings in what is marked under a prefix. */
  async function settle(prefix: string, most = Number.POSITIVE_INFINITY): Promise<void> {
    for (let done = 0, after = ''; done < most; ) {
      const keys = await store.keys(prefix, { limit: BATCH, after });
      for (const key of keys) await bring(placeOf(key));
      done += keys.length;
      after = keys.at(-1) ?? '';
      if (keys.length < BATCH) return;
    }
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await settle(UNINDEXED);
        if (!(await words?.isFilled()))
          await fill(options, { words: words as WordIndex, bring, signal: stopping.signal });
      } catch (error) {
        log.debug({ error: whereFrom(error) }, 'the index of words waits for the store');
      }
      await sleep(EVERY_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    async find(tenant, query, limit) {
      await settle(`${UNINDEXED}${tenant}:`, MOST_BEFORE_SEARCH);
      return words.find(tenant, query, limit);
    },
    findSome: (tenant, query, limit) => words.findSome(tenant, query, limit),
    async settle() {
      try {
        await settle(UNINDEXED);
        await words.erase();
      } catch (error) {
        log.warn(
          { error: whereFrom(error) },
          'the index of words could not be brought up to date; it is tried again',
        );
      }
    },
    start() {
      working = work();
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

function placeOf(key: string): IndexPlace {
  const end = key.lastIndexOf('|');
  return { conversation: key.slice(UNINDEXED.length, end), seq: Number(key.slice(end + 1)) };
}

interface PlaceText {
  tenant: TenantId;
  at: number;
  texts: string[];
}

type Bring = (place: IndexPlace) => Promise<void>;

/** Brings a place's words in as they are now, and takes its mark away unless it was marked anew. */
function createBringing({ store, transcripts, conversations }: IndexerOptions, words: WordIndex): Bring {
  async function read({ conversation, seq }: IndexPlace): Promise<PlaceText | undefined> {
    const tenant = tenantIn(conversation);
    if (seq === TITLE) {
      const entry = await conversations.find(tenant, conversation.slice(tenant.length + 1));
      return entry && { tenant, at: entry.at, texts: [entry.title] };
    }
    const [turn] = (await transcripts.read(conversation, { limit: 1, before: seq + 1 })).turns;
    if (turn?.seq !== seq) return undefined;
    const { message, answer } = turn;
    return {
      tenant,
      at: message.at,
      texts: [message.text, answer, ...message.attachments.map(({ name }) => name)],
    };
  }

  return async (place) => {
    const key = unindexedKey(place.conversation, place.seq);
    const name =
      place.seq === TITLE
        ? conversationsKey(tenantIn(place.conversation))
        : transcriptName(place.conversation);
    // The change that marked the place is over by then, with its removals, which are made last.
    const mark = await store.exclusive(name, (rows) => rows.read(key));
    let text = await read(place);
    // Another process may bring in a newer text first: the last one to write looks again.
    for (let reads = 0; reads < MOST_READS; reads++) {
      if (text)
        await words.put({ ...place, tenant: text.tenant, at: text.at }, [
          ...(await differentWords(text.texts)),
        ]);
      else await words.remove(place);
      const now = await read(place);
      if (JSON.stringify(now?.texts) === JSON.stringify(text?.texts)) break;
      text = now;
    }
    if (mark === undefined) return;
    await store.exclusive(name, async (rows) => {
      if ((await rows.read(key)) === mark) await rows.remove([key]);
    });
  };
}

/** Brings in all that was there before the index. A stop leaves the rest to the next start, which begins again. */
async function fill(
  { transcripts, conversations }: IndexerOptions,
  { words, bring, signal }: { words: WordIndex; bring: Bring; signal: AbortSignal },
): Promise<void> {
  const bringAll = async (conversation: string, seqs: number[]) => {
    for (const seq of seqs) {
      if (signal.aborted) return;
      await bring({ conversation, seq });
      await sleep(FILL_REST_MS);
    }
  };
  for (const tenant of await conversations.tenants()) {
    const entries = await conversations.list(tenant);
    for (const { id } of entries) await bringAll(`${tenant}:${id}`, [TITLE]);
    for (const conversation of await transcripts.list(tenant)) {
      let before: number | undefined;
      for (let more = true; more && !signal.aborted; ) {
        const page = await transcripts.read(conversation, {
          limit: FILL_PAGE,
          ...(before !== undefined && { before }),
        });
        // A branch begins with turns of another conversation, where they are brought in.
        const own = page.turns.filter(
          ({ message }) => !isBranch(conversation) || message.conversation === conversation,
        );
        await bringAll(
          conversation,
          own.map(({ seq }) => seq),
        );
        before = page.turns[0]?.seq;
        more = page.more && before !== undefined && own.length === page.turns.length;
      }
    }
  }
  if (!signal.aborted) await words.filled();
}
