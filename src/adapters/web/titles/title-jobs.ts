/**
 * Gives conversations the titles that a model writes, in the background, once they have an answer. A job is noted before
 * the turn leaves its lane, so that no process forgets it; a lease keeps two processes from doing it at once.
 */
import type { Logger } from 'pino';
import { chosenOver } from '../../../core/choices/chosen-over.ts';
import { StoreError } from '../../../core/errors.ts';
import type { AdapterState, Leases } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Settings, TenantSettings } from '../../../core/settings.ts';
import type { MakeTitle } from '../../../core/short/title-maker.ts';
import type { ConversationEntry, ConversationLists, StoredTurn, Transcripts } from '../../../core/storage.ts';
import { type ConversationId, type Message, tenantIn } from '../../../core/types.ts';
import type { Changes } from '../answer/changes.ts';
import { listedId, retitle, titleOf } from '../server/titles.ts';

export interface TitleJobsOptions {
  /** Undefined: no model writes titles. */
  makeTitle: MakeTitle | undefined;
  conversations: ConversationLists;
  transcripts: Transcripts;
  settings: Pick<Settings, 'read'>;
  adapterState: AdapterState;
  leases: Leases;
  changes: Pick<Changes, 'tell'>;
  /** Whether other processes may leave jobs. */
  isShared: boolean;
  log: Logger;
}

export interface TitleJobs {
  /** Called when an answer with text was kept. Notes the job, and begins it. Never throws. */
  answered(message: Message, settings: () => Promise<TenantSettings>): Promise<void>;
  /** Begins the jobs that were left by a process that ended. */
  start(): void;
  /** Gives up what is being made, for the next start. */
  stop(): Promise<void>;
}

interface Job {
  turn: string;
  /** How often it was begun. */
  tries: number;
}

/** Answers after which a title is tried: the first ones may have failed. */
const MOST_TURNS = 3;
/** A job that was begun so often ended its process each time. */
const MOST_TRIES = 3;
/** A title that came later would surprise people. */
const KEPT_MS = 24 * 3_600_000;
/** Interval at which jobs of processes that died are looked for, ms. */
const LOOK_MS = 60_000;
const PREFIX = 'title ';

const jobKey = (conversation: ConversationId) => `${PREFIX}${conversation}`;

export function createTitleJobs(options: TitleJobsOptions): TitleJobs {
  const { makeTitle, conversations, transcripts, adapterState, leases, isShared, log } = options;
  const stopping = new AbortController();
  const running = new Map<ConversationId, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const perform = createPerform(options, stopping.signal);

  async function quietly(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      // The store logs its own failures. The job stays noted.
      log[error instanceof StoreError ? 'debug' : 'error']({ error: whereFrom(error) }, 'no title');
    }
  }

  async function runAlone(conversation: ConversationId): Promise<void> {
    const lease = await leases.acquire(jobKey(conversation));
    if (!lease) return;
    try {
      await perform(conversation);
    } finally {
      await leases.release(lease);
    }
  }

  /** Runs the job that is noted, after an earlier one of the conversation. */
  function run(conversation: ConversationId): Promise<void> {
    const before = running.get(conversation) ?? Promise.resolve();
    const job = before
      .then(() => (stopping.signal.aborted ? undefined : quietly(() => runAlone(conversation))))
      .finally(() => {
        if (running.get(conversation) === job) running.delete(conversation);
      });
    running.set(conversation, job);
    return job;
  }

  async function look(): Promise<void> {
    for (const key of await adapterState.keys(PREFIX)) await run(key.slice(PREFIX.length));
  }

  return {
    answered: (message, settings) =>
      quietly(async () => {
        if (!makeTitle || (await settings()).titles === 'off') return;
        const { conversation, id } = message;
        const entry = await conversations.find(tenantIn(conversation), listedId(conversation));
        // The list gets a new conversation a moment after its first message.
        if (entry && !(await firstOf(transcripts, message, entry))) return;
        await adapterState.write(jobKey(conversation), { turn: id, tries: 0 } satisfies Job, KEPT_MS);
        void run(conversation);
      }),
    start() {
      if (!makeTitle) return;
      void quietly(look);
      if (isShared) timer = setInterval(() => void quietly(look), LOOK_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}

/** Performs the job that is noted for a conversation. It stays noted only if Parley stops meanwhile. */
function createPerform(options: TitleJobsOptions, signal: AbortSignal) {
  const { makeTitle, conversations, transcripts, settings, adapterState, changes } = options;

  async function make(conversation: ConversationId, turn: StoredTurn): Promise<void> {
    const tenant = tenantIn(conversation);
    const id = listedId(conversation);
    const entry = await conversations.find(tenant, id);
    const first = entry && (await firstOf(transcripts, turn.message, entry));
    if (!first) return;
    const own = chosenOver(await settings.read(tenant), turn.message.chosen);
    const title = own.titles === 'off' ? undefined : await makeTitle?.(turn, tenant, own, signal);
    if (title === undefined) return;
    let isKept = false;
    await conversations.change(tenant, id, (now) => {
      isKept = isOfMessage(now, first);
      return isKept ? { title, titledBy: { turn: turn.message.id } } : {};
    });
    if (!isKept) return;
    // A message that was deleted meanwhile takes its title along.
    if (!(await transcripts.find(conversation, turn.message.id)))
      await retitle(conversation, turn.message, { conversations, transcripts });
    changes.tell(tenant, { conversation: id, window: null });
  }

  return async (conversation: ConversationId): Promise<void> => {
    const key = jobKey(conversation);
    const job = await adapterState.read<Job>(key);
    const turn = job && job.tries < MOST_TRIES ? await transcripts.find(conversation, job.turn) : undefined;
    if (job && turn) {
      await adapterState.write(key, { ...job, tries: job.tries + 1 } satisfies Job, KEPT_MS);
      await make(conversation, turn);
      if (signal.aborted) return;
    }
    const now = await adapterState.read<Job>(key);
    // The next answer may have noted another job meanwhile.
    if (now?.turn === job?.turn) await adapterState.remove(key);
  };
}

/** The first message, whose title the conversation still has. Undefined: it has another title, or goes on for longer. */
async function firstOf(
  transcripts: Pick<Transcripts, 'find' | 'read'>,
  { conversation, id }: Message,
  entry: ConversationEntry,
): Promise<Message | undefined> {
  const turn = await transcripts.find(conversation, id);
  if (!turn) return undefined;
  const { turns, more } = await transcripts.read(conversation, { limit: MOST_TURNS, before: turn.seq + 1 });
  const first = turns[0]?.message;
  return first && !more && isOfMessage(entry, first) ? first : undefined;
}

const isOfMessage = ({ title, titledBy = 'message' }: ConversationEntry, first: Message) =>
  titledBy === 'message' && title === titleOf(first);
