/**
 * Transcripts in the store: a row a turn, a row that finds a turn by its message, and a small head. Adding
 * a turn writes those three rows in one statement, whatever the length of the transcript.
 */
import { contextBytes } from '../core/context-size.ts';
import { createLanes } from '../core/lanes.ts';
import type { StoredTurn, TranscriptPage, Transcripts } from '../core/ports.ts';
import type { ConversationId } from '../core/types.ts';
import type { Store } from './open.ts';

interface Head {
  v: 1;
  /** The seq that the next turn gets; the first got 0. */
  next: number;
  /** The context bytes of all turns. */
  bytes: number;
}

/**
 * What is left of a turn that was taken out: its place, so that its message is still `seen`, and its weight in the
 * bytes of the head and the offsets of later turns, which all stay as they are.
 */
interface Removed {
  removed: true;
  seq: number;
  message: { id: string };
}

type Row = StoredTurn | Removed;

/** Rows removed in one statement; between two, the event loop gets its turn. */
const FORGET_BATCH = 300;

export function createTranscripts(store: Store): Transcripts {
  // Read-modify-write of one conversation's rows is serial: Keyv has no transaction of its own.
  const lanes = createLanes();
  const headKey = (conversation: ConversationId) => `head|${conversation}`;
  const turnKey = (conversation: ConversationId, seq: number) => `turn|${conversation}|${seq}`;
  const messageKey = (conversation: ConversationId, messageId: string) =>
    `message|${conversation}|${messageId}`;

  async function find(conversation: ConversationId, messageId: string): Promise<StoredTurn | undefined> {
    const seq = await store.read<number>(messageKey(conversation, messageId));
    const row = seq === undefined ? undefined : await store.read<Row>(turnKey(conversation, seq));
    return isThere(row) ? row : undefined;
  }
  const rowsOf = (conversation: ConversationId, start: number, end: number) =>
    store.readMany<Row>(
      Array.from({ length: Math.max(0, end - start) }, (_, i) => turnKey(conversation, start + i)),
    );

  return {
    find,

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
      lanes.run(conversation, async () => {
        const idKey = messageKey(conversation, turn.message.id);
        const [head, known] = await Promise.all([
          store.read<Head>(headKey(conversation)),
          store.read<number>(idKey),
        ]);
        if (known !== undefined) return 'seen';
        const { next, bytes } = head ?? { next: 0, bytes: 0 };
        const stored: StoredTurn = { ...turn, seq: next, offset: bytes };
        const newHead: Head = { v: 1, next: next + 1, bytes: bytes + contextBytes(turn) };
        await store.write([
          { key: turnKey(conversation, next), value: stored },
          { key: idKey, value: next },
          { key: headKey(conversation), value: newHead },
        ]);
        return 'new';
      }),

    keep: (conversation, turn) =>
      lanes.run(conversation, async () => {
        const [head, old] = await Promise.all([
          store.read<Head>(headKey(conversation)),
          find(conversation, turn.message.id),
        ]);
        if (!head || !old) return;
        const newHead: Head = { ...head, bytes: head.bytes - contextBytes(old) + contextBytes(turn) };
        await store.write([
          { key: turnKey(conversation, old.seq), value: { ...turn, seq: old.seq, offset: old.offset } },
          { key: headKey(conversation), value: newHead },
        ]);
      }),

    rate: (conversation, messageId, feedback) =>
      lanes.run(conversation, async () => {
        const turn = await find(conversation, messageId);
        if (!turn) return false;
        await store.write([{ key: turnKey(conversation, turn.seq), value: { ...turn, feedback } }]);
        return true;
      }),

    remove: (conversation, messageId) =>
      lanes.run(conversation, async () => {
        const turn = await find(conversation, messageId);
        if (!turn) return;
        const left: Removed = { removed: true, seq: turn.seq, message: { id: messageId } };
        await store.write([{ key: turnKey(conversation, turn.seq), value: left }]);
      }),

    list: async (tenant) => {
      const heads = await store.keys(headKey(`${tenant}:`));
      return heads.map((key) => key.slice(headKey('').length));
    },

    forget: (conversation) =>
      lanes.run(conversation, async () => {
        const head = await store.read<Head>(headKey(conversation));
        if (!head) return;
        // The head goes last: cut short, this is finished by forgetting again.
        for (let seq = 0; seq < head.next; seq += FORGET_BATCH) {
          const count = Math.min(FORGET_BATCH, head.next - seq);
          const turnKeys = Array.from({ length: count }, (_, i) => turnKey(conversation, seq + i));
          const rows = await store.readMany<Row>(turnKeys);
          const ids = rows.flatMap((row) => (row ? [messageKey(conversation, row.message.id)] : []));
          await store.remove([...ids, ...turnKeys]);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await store.remove([headKey(conversation)]);
      }),
  };
}

function isThere(row: Row | undefined): row is StoredTurn {
  return row !== undefined && !('removed' in row);
}
