/**
 * Deletes what is older than it may be kept: whole turns with their files, and files alone. In small steps, with a rest
 * between them, also in conversations that nobody opens; a turn that is being answered is left for the next time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreError } from '../errors.ts';
import type { Leases, Notebook } from '../platform.ts';
import { whereFrom } from '../reports/where-from.ts';
import type { Settings } from '../settings.ts';
import type { Attachments, ConversationLists, StoredTurn, Transcripts } from '../storage.ts';
import type { TurnQueue } from '../turn/queue.ts';
import { type ConversationId, type Message, type TenantId, tenantIn } from '../types.ts';

export interface RetentionOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Pick<Settings, 'read'>;
  queue: Pick<TurnQueue, 'live'>;
  /** What adapters remember of answers, by the turn's id. */
  notes: { remove(...turns: string[]): Promise<void> }[];
  /** What is kept between sweeps; of this module alone. */
  notebook: Notebook;
  leases: Leases;
  /** The operator's; 0: for ever. A tenant can have fewer days of history. */
  historyDays: number;
  filesDays: number;
  /** Turns were deleted, of which this message was the first. */
  onDeleted?(conversation: ConversationId, first: Message): Promise<void>;
  /** Sees to it that what was removed is gone from the store's files. */
  erase(): Promise<void>;
  log: Logger;
}

export interface Retention {
  start(): void;
  /** Something may have become too old by a choice: it is looked for at once. */
  soon(): void;
  stop(): Promise<void>;
}

/** What one sweep deleted. */
interface Swept {
  turns: number;
  files: number;
  /** When the next turn or file will be too old, ms since 1970. */
  nextAt: number;
}

const DAY_MS = 24 * 3_600_000;
const FIRST_MS = 2_000;
const SOON_MS = 500;
/** Between two sweeps: when something is due, within these bounds. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 3_600_000;
/** Until a turn that was being answered is looked at again. */
const LIVE_MS = 60_000;
/** Turns looked at in one step, and the rest after each. */
const TURNS_A_STEP = 16;
const REST_MS = 10;
/** The one process of several that sweeps. */
const CLAIM = 'retention';
const SWEPT = 'swept';
const STRANDED = 'stranded';

export function createRetention(options: RetentionOptions): Retention {
  const { transcripts, attachments, conversations, settings, queue, notes, notebook, leases, log } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  /** Something was asked for that no sweep of this process has looked for yet; another's may have passed it already. */
  let isAsked = false;
  let sweeping: Promise<void> = Promise.resolve();

  /** Milliseconds that a tenant's turns are kept. */
  function historyOf(own: number | undefined): number {
    const days = [options.historyDays, own ?? 0].filter((one) => one > 0);
    return Math.min(...days) * DAY_MS;
  }

  const liveIn = async (conversation: ConversationId) =>
    new Set((await queue.live(conversation)).map(({ id }) => id));

  async function rest(): Promise<void> {
    await sleep(REST_MS, undefined, { signal: stopping.signal });
  }

  /** Files and notes go first: by the turn they are found again, should this be cut short. */
  async function forgetTurns(conversation: ConversationId, turns: StoredTurn[]): Promise<void> {
    const files = turns.flatMap(({ message }) => message.attachments.map(({ id }) => id));
    await attachments.remove(conversation, files);
    for (const note of notes) await note.remove(...turns.map(({ message }) => message.id));
  }

  /** Deletes a conversation's turns that were said before that time. */
  async function sweepConversation(conversation: ConversationId, keptMs: number, swept: Swept) {
    const before = Date.now() - keptMs;
    for (;;) {
      const { turns, end, isLast } = await transcripts.oldest(conversation, TURNS_A_STEP);
      const [first] = turns;
      if (first && first.message.at >= before) {
        swept.nextAt = Math.min(swept.nextAt, first.message.at + keptMs);
        return;
      }
      const live = await liveIn(conversation);
      const stays = turns.findIndex(({ message }) => message.at >= before || live.has(message.id));
      const gone = stays < 0 ? turns : turns.slice(0, stays);
      await forgetTurns(conversation, gone);
      await transcripts.dropBefore(conversation, stays < 0 ? end : (turns[stays]?.seq ?? 0));
      swept.turns += gone.length;
      if (gone[0]) await options.onDeleted?.(conversation, gone[0].message);
      if (stays >= 0 && gone.length === 0) {
        swept.nextAt = Math.min(swept.nextAt, Date.now() + LIVE_MS);
        return;
      }
      if (isLast && stays < 0) return;
      await rest();
    }
  }

  async function sweepHistory(swept: Swept): Promise<void> {
    const kept = new Map<TenantId, number>();
    for (const conversation of await transcripts.list()) {
      const tenant = tenantIn(conversation);
      const keptMs = kept.get(tenant) ?? historyOf((await settings.read(tenant)).historyDays);
      kept.set(tenant, keptMs);
      if (!Number.isFinite(keptMs)) continue;
      await sweepConversation(conversation, keptMs, swept);
      await rest();
    }
    if (options.historyDays > 0) await sweepLists(historyOf(undefined));
  }

  /** The titles of conversations that have no turn any more, which their first messages gave them. */
  async function sweepLists(keptMs: number): Promise<void> {
    for (const tenant of await conversations.tenants()) {
      const before = Date.now() - keptMs;
      for (const { id, at } of await conversations.list(tenant)) {
        if (at >= before || (await transcripts.read(`${tenant}:${id}`, { limit: 1 })).turns.length > 0)
          continue;
        await conversations.remove(tenant, id);
        await rest();
      }
    }
  }

  async function sweepFiles(swept: Swept): Promise<void> {
    if (options.filesDays === 0) return;
    const keptMs = options.filesDays * DAY_MS;
    const { files, nextAt } = await attachments.keptBefore(Date.now() - keptMs);
    if (nextAt !== undefined) swept.nextAt = Math.min(swept.nextAt, nextAt + keptMs);
    for (const { conversation, id } of files) {
      if ((await liveIn(conversation)).size > 0) {
        swept.nextAt = Math.min(swept.nextAt, Date.now() + LIVE_MS);
        continue;
      }
      await attachments.remove(conversation, [id]);
      swept.files++;
      await rest();
    }
  }

  /** Files that Parley 0.1.0 kept are counted once. Where that fails, the sweep goes on; the next one tries it again. */
  async function countFiles(swept: Swept): Promise<void> {
    for (const conversation of await attachments.uncounted()) {
      try {
        // The files of a turn that is being answered would be taken for files that no turn has.
        if ((await liveIn(conversation)).size > 0) {
          swept.nextAt = Math.min(swept.nextAt, Date.now() + LIVE_MS);
          continue;
        }
        await attachments.count(conversation, await filesOf(conversation));
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        complain(error, 'files of Parley 0.1.0 were not counted; it is tried again');
      }
      await rest();
    }
  }

  /** All that its turns have. */
  async function filesOf(conversation: ConversationId) {
    const files: Parameters<Attachments['count']>[1] = [];
    for (let before: number | undefined; ; ) {
      const page = await transcripts.read(conversation, {
        limit: TURNS_A_STEP,
        ...(before !== undefined && { before }),
      });
      for (const { message } of page.turns) {
        const { tenant, author, at } = message;
        for (const attachment of message.attachments)
          files.push({ tenant, person: author.id, attachment, at });
      }
      before = page.turns[0]?.seq;
      if (!page.more || before === undefined) return files;
      await rest();
    }
  }

  /** A store that fails has lines of its own in the log. */
  function complain(error: unknown, what: string): void {
    const level = error instanceof StoreError ? 'debug' : 'error';
    log[level]({ error: whereFrom(error) }, what);
  }

  /** What earlier versions left of turns, once. */
  async function sweepStranded(): Promise<void> {
    if (await notebook.read(STRANDED)) return;
    for (const conversation of await transcripts.list()) {
      await transcripts.sweep(conversation);
      await rest();
    }
    await notebook.write(STRANDED, 1);
  }

  /** Returns after how many milliseconds the next one is due. */
  async function sweep(): Promise<number> {
    const startedAt = Date.now();
    const lease = await leases.acquire(CLAIM);
    if (!lease) return LONGEST_MS;
    const wasAsked = isAsked;
    isAsked = false;
    try {
      const last = await notebook.read<{ at: number; nextAt: number }>(SWEPT);
      // Another process has swept, and nothing is due yet.
      if (last && !wasAsked && startedAt < Math.min(last.at + LONGEST_MS, last.nextAt))
        return Math.min(last.at + LONGEST_MS, last.nextAt) - startedAt;
      const swept: Swept = { turns: 0, files: 0, nextAt: Number.MAX_SAFE_INTEGER };
      await countFiles(swept);
      await sweepStranded();
      await sweepHistory(swept);
      await sweepFiles(swept);
      if (swept.turns + swept.files > 0) {
        await options.erase();
        const { turns, files } = swept;
        log.info({ turns, files, ms: Date.now() - startedAt }, 'deleted what is too old');
      }
      await notebook.write(SWEPT, { at: startedAt, nextAt: swept.nextAt });
      return swept.nextAt - Date.now();
    } catch (error) {
      isAsked ||= wasAsked;
      throw error;
    } finally {
      await leases.release(lease);
    }
  }

  function next(ms: number): void {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      sweeping = sweeping.then(async () => {
        try {
          const due = await sweep();
          next(isAsked ? SHORTEST_MS : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, due)));
        } catch (error) {
          if (stopping.signal.aborted) return;
          complain(error, 'what is too old was not deleted; it is tried again');
          next(SHORTEST_MS);
        }
      });
    }, ms);
    timer.unref();
  }

  function ask(ms: number): void {
    isAsked = true;
    next(ms);
  }

  return {
    // Asked for: the operator may have chosen fewer days than at the last start.
    start: () => ask(FIRST_MS),
    soon: () => ask(SOON_MS),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await sweeping;
    },
  };
}
