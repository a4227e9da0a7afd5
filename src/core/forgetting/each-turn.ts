/** Goes through a transcript from its end to its beginning, a page at a time. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { StoredTurn, Transcripts } from '../storage.ts';
import type { ConversationId } from '../types.ts';

const TURNS_A_PAGE = 32;

/** Yields the newest turn first. Yielded turns may be changed or removed meanwhile. @throws StoreError */
export async function* eachTurn(
  transcripts: Pick<Transcripts, 'read'>,
  conversation: ConversationId,
): AsyncGenerator<StoredTurn> {
  let before: number | undefined;
  for (;;) {
    const page = await transcripts.read(conversation, {
      limit: TURNS_A_PAGE,
      ...(before !== undefined && { before }),
    });
    before = page.turns[0]?.seq;
    yield* page.turns.reverse();
    if (!page.more || before === undefined) return;
    // Some stores answer without a turn of the event loop, so other tasks get their turn here.
    await turnOfTheLoop();
  }
}
