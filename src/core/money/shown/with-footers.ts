/** An engine whose answers end with the footer that the tenant chose. */
import type { Transcripts } from '../../storage.ts';
import { NOT_THE_LAST } from '../../turn/ending.ts';
import type { Engine } from '../../turn/engine.ts';
import type { Attempt } from '../../turn/queue.ts';
import type { Message } from '../../types.ts';
import { footerOf } from './footer.ts';

export function withFooters(engine: Engine, transcripts: Pick<Transcripts, 'find'>): Engine {
  /** The footer of the turn as it was kept. Undefined where the store fails: an answer is not held up by it. */
  async function footerFor({ conversation, id }: Message, attempt: Attempt): Promise<string | undefined> {
    try {
      const { footer } = await attempt.settings();
      if (footer === undefined || footer === 'off' || NOT_THE_LAST.includes(attempt.signal.reason))
        return undefined;
      const turn = await transcripts.find(conversation, id);
      return turn && footerOf(turn, footer);
    } catch {
      return undefined;
    }
  }

  return {
    async *respond(message, attempt) {
      for await (const chunk of engine.respond(message, attempt)) {
        if (chunk.type !== 'end') yield chunk;
        else {
          const footer = await footerFor(message, attempt);
          yield { ...chunk, ...(footer !== undefined && { footer }) };
        }
      }
    },
  };
}
