/** Transcripts in the store. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { TranscriptPage, Transcripts } from '../core/ports.ts';
import type { ConversationId } from '../core/types.ts';
import type { ExclusiveRows, Store } from './store.ts';
import {
  appendTurn,
  findTurn,
  type Head,
  headKey,
  isThere,
  keepTurn,
  messageKey,
  type Row,
  removeTurn,
  transcriptName,
  turnKey,
} from './transcript-rows.ts';

/** Turns removed at once; between two batches, the event loop gets its turn. */
const FORGET_BATCH = 200;
/** Platforms deliver a message again for a day; one that was forgotten meanwhile is not new for that. */
const SEEN_MS = 25 * 3_600_000;
/** In place of the seq of a turn that is gone. */
const FORGOTTEN = -1;

export function createTranscripts(store: Store): Transcripts {
  const exclusive = <T>(conversation: ConversationId, task: (rows: ExclusiveRows) => Promise<T>) =>
    store.exclusive(transcriptName(conversation), task);
  const rowsOf = (conversation: ConversationId, start: number, end: number) =>
    store.readMany<Row>(
      Array.from({ length: Math.max(0, end - start) }, (_, i) => turnKey(conversation, start + i)),
    );

  return {
    find: (conversation, messageId) => findTurn(store, conversation, messageId),

    async read(conversation, { limit, before }) {
      const head = await store.read<Head>(headKey(conversation));
      if (!head) return { turns: [], bytes: 0, more: false };
      const page: TranscriptPage = { turns: [], bytes: head.bytes, more: false };
      let start = Math.min(before ?? head.next, head.next);
      // On past what was taken out: a page without turns would look like the transcript's beginning.
      while (page.turns.length < limit && start > 0) {
        const end = start;
        start = Math.max(0, end - (limit - page.turns.length));
        page.turns.unshift(...(await rowsOf(conversation, start, end)).filter(isThere));
      }
      page.more = start > 0;
      return page;
    },

    append: (conversation, turn) =>
      exclusive(conversation, async (rows) =>
        (await appendTurn(rows, conversation, turn)) ? 'new' : 'seen',
      ),

    keep: (conversation, turn) =>
      exclusive(conversation, async (rows) => {
        const old = await findTurn(rows, conversation, turn.message.id);
        if (old) await keepTurn(rows, conversation, old, turn);
      }),

    rate: (conversation, messageId, feedback) =>
      exclusive(conversation, async (rows) => {
        const turn = await findTurn(rows, conversation, messageId);
        if (!turn) return false;
        await rows.write([{ key: turnKey(conversation, turn.seq), value: { ...turn, feedback } }]);
        return true;
      }),

    remove: (conversation, messageId) =>
      exclusive(conversation, (rows) => removeTurn(rows, conversation, messageId)),

    list: async (tenant) => {
      const heads = await store.keys(headKey(`${tenant}:`));
      return heads.map((key) => key.slice(headKey('').length));
    },

    async forget(conversation) {
      // In steps, the head last: cut short, this is finished by forgetting again.
      for (let seq = 0; ; seq += FORGET_BATCH) {
        const isDone = await exclusive(conversation, async (rows) => {
          const head = await rows.read<Head>(headKey(conversation));
          if (!head || seq >= head.next) {
            await rows.remove([headKey(conversation)]);
            return true;
          }
          const count = Math.min(FORGET_BATCH, head.next - seq);
          const turnKeys = Array.from({ length: count }, (_, i) => turnKey(conversation, seq + i));
          const turns = (await rows.readMany<Row>(turnKeys)).filter((row) => row !== undefined);
          await rows.write(
            turns.map((row) => ({
              key: messageKey(conversation, row.message.id),
              value: FORGOTTEN,
              ttl: SEEN_MS,
            })),
          );
          await rows.remove(turnKeys);
          return false;
        });
        if (isDone) return;
        await turnOfTheLoop();
      }
    },
  };
}
