/** Goes through a transcript from its beginning to its end, with one page of turns in memory. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { StoredTurn, Transcripts } from '../storage.ts';
import type { ConversationId } from '../types.ts';

const TURNS_A_PAGE = 32;

/**
 * Yields the oldest turn first, from the position `from` on. Turns that come meanwhile are left out; of turns that are removed meanwhile, others
 * are neither repeated nor lost. @throws StoreError
 */
export async function* turnsInOrder(
  transcripts: Pick<Transcripts, 'read'>,
  conversation: ConversationId,
  from = 0,
): AsyncGenerator<StoredTurn> {
  const newest = (await transcripts.read(conversation, { limit: 1 })).turns.at(-1);
  if (!newest) return;
  let shown = from - 1;
  const span = { from, end: newest.seq + 1 };
  for (const before of await endsOfPages(transcripts, conversation, span)) {
    const { turns } = await transcripts.read(conversation, { limit: TURNS_A_PAGE, before });
    for (const turn of turns) {
      if (turn.seq <= shown) continue;
      shown = turn.seq;
      yield turn;
    }
    await turnOfTheLoop();
  }
}

/** The seq after each page, that of the oldest page first. */
async function endsOfPages(
  transcripts: Pick<Transcripts, 'read'>,
  conversation: ConversationId,
  { from, end }: { from: number; end: number },
): Promise<number[]> {
  const ends = [end];
  for (let before = end; ; ) {
    const page = await transcripts.read(conversation, { limit: TURNS_A_PAGE, before });
    const first = page.turns[0];
    if (!page.more || !first || first.seq <= from) return ends.reverse();
    before = first.seq;
    ends.push(before);
    await turnOfTheLoop();
  }
}
