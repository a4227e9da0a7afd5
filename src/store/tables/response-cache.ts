/** Tells which turn's answer may be given again to a request. The answers themselves stay in the transcripts. */
import { type ResponseCache, STALE_MS } from '../../core/responses/response-cache.ts';
import type { Transcripts } from '../../core/storage.ts';
import type { ConversationId } from '../../core/types.ts';
import { responseKey } from '../keys.ts';
import type { Store } from '../store.ts';

interface Row {
  conversation: ConversationId;
  /** The id of the turn's message. */
  id: string;
  /** When the answer was kept (ms since 1970). */
  at: number;
}

export function createResponseCache(
  store: Pick<Store, 'read' | 'write'>,
  transcripts: Pick<Transcripts, 'find'>,
): ResponseCache {
  return {
    async find(digest) {
      const row = await store.read<Row>(responseKey(digest));
      if (!row) return undefined;
      const turn = await transcripts.find(row.conversation, row.id);
      if (turn?.digest !== digest || turn.end !== 'stop' || turn.answer === '') return undefined;
      return { answer: turn.answer, at: row.at };
    },
    note: (digest, turn) =>
      store.write([
        { key: responseKey(digest), value: { ...turn, at: Date.now() } satisfies Row, ttl: STALE_MS },
      ]),
  };
}
