/** Deletes turns that are older than allowed, with their files, and titles of conversations without turns. */
import type { Settings } from '../settings.ts';
import type { Attachments, ConversationLists, StoredTurn, Transcripts } from '../storage.ts';
import { type ConversationId, type Message, type TenantId, tenantIn } from '../types.ts';
import { dueAfterLive, dueBy, type SweepPace, type Swept, TURNS_A_STEP } from './swept.ts';

export interface SweepHistoryOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Pick<Settings, 'read'>;
  /** The answers that adapters remember, by the turn's id. */
  notes: { remove(...turns: string[]): Promise<void> }[];
  /** The operator's days of history; 0: for ever. A tenant can have fewer. */
  historyDays: number;
  /** Turns were deleted; this message was the first of them. */
  onDeleted?(conversation: ConversationId, first: Message): Promise<void>;
}

export const DAY_MS = 24 * 3_600_000;

export function createHistorySweep(options: SweepHistoryOptions, { rest, liveIn }: SweepPace) {
  const { transcripts, attachments, conversations, settings, notes } = options;

  /** Milliseconds that a tenant's turns are kept. */
  function historyOf(own: number | undefined): number {
    const days = [options.historyDays, own ?? 0].filter((one) => one > 0);
    return Math.min(...days) * DAY_MS;
  }

  /** Files and notes go first: after a crash, the turn is how they are found again. */
  async function forgetTurns(conversation: ConversationId, turns: StoredTurn[]): Promise<void> {
    const files = turns.flatMap(({ message, files = [] }) =>
      [...message.attachments, ...files].map(({ id }) => id),
    );
    await attachments.remove(conversation, files);
    for (const note of notes) await note.remove(...turns.map(({ message }) => message.id));
  }

  /** Deletes a conversation's turns that are older than `keptMs`. */
  async function sweepConversation(conversation: ConversationId, keptMs: number, swept: Swept) {
    const before = Date.now() - keptMs;
    for (;;) {
      const { turns, end, isLast } = await transcripts.oldest(conversation, TURNS_A_STEP);
      const [first] = turns;
      if (first && first.message.at >= before) return dueBy(swept, first.message.at + keptMs);
      const live = await liveIn(conversation);
      const stays = turns.findIndex(({ message }) => message.at >= before || live.has(message.id));
      const gone = stays < 0 ? turns : turns.slice(0, stays);
      await forgetTurns(conversation, gone);
      await transcripts.dropBefore(conversation, stays < 0 ? end : (turns[stays]?.seq ?? 0));
      swept.turns += gone.length;
      if (gone[0]) await options.onDeleted?.(conversation, gone[0].message);
      if (stays >= 0 && gone.length === 0) return dueAfterLive(swept);
      if (isLast && stays < 0) return;
      await rest();
    }
  }

  /** Deletes list entries of conversations without turns: their titles came from first messages. */
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

  return async function sweepHistory(swept: Swept): Promise<void> {
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
  };
}
