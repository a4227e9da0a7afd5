/** Fills a transcript in batches. Turn by turn, 100,000 turns would take a minute. */
import { deepStrictEqual } from 'node:assert/strict';
import type { Transcripts } from '../../src/core/storage.ts';
import { contextBytes } from '../../src/core/turn/context-size.ts';
import type { Turn } from '../../src/core/types.ts';
import type { Entry, Store } from '../../src/store/store.ts';
import { entriesOf } from '../../src/store/tables/transcript-rows.ts';

/** Turns in one write of the store; each turn has three rows. */
const BATCH = 80;

/**
 * Writes the rows that `transcripts.append` would write, then appends the last turn with it.
 * @throws AssertionError when the transcript reads differently from one that was appended to
 */
export async function fill(
  store: Store,
  transcripts: Transcripts,
  conversation: string,
  count: number,
  turnOf: () => Turn,
): Promise<void> {
  let bytes = 0;
  let last = turnOf();
  for (let seq = 0; seq < count - 1; ) {
    const entries: Entry[] = [];
    for (const end = Math.min(seq + BATCH, count - 1); seq < end; seq++) {
      last = turnOf();
      entries.push(...entriesOf(conversation, { ...last, seq, offset: bytes }));
      bytes += contextBytes(last);
    }
    entries.push({ key: `head|${conversation}`, value: { v: 2, next: seq, bytes } });
    await store.write(entries);
  }
  const written = {
    ...last,
    seq: count - 2,
    offset: bytes - contextBytes(last),
  };
  const appended = turnOf();
  await transcripts.append(conversation, appended);
  const { turns } = await transcripts.read(conversation, { limit: 2 });
  deepStrictEqual(turns, [written, { ...appended, seq: count - 1, offset: bytes }]);
  deepStrictEqual(await transcripts.find(conversation, last.message.id), written);
  deepStrictEqual(await transcripts.append(conversation, last), 'seen');
}
