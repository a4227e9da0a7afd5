/** A queue that keeps the files of accepted messages, and drops those of refused ones. */
import type { Logger } from 'pino';
import { whereFrom } from '../reports/where-from.ts';
import type { Attachments, FileOwner, Transcripts } from '../storage.ts';
import type { Message } from '../types.ts';
import type { TurnQueue } from './queue.ts';

export interface QueueWithFilesOptions {
  queue: TurnQueue;
  attachments: Attachments;
  transcripts: Pick<Transcripts, 'find'>;
  log: Logger;
}

export function withFiles({ queue, attachments, transcripts, log }: QueueWithFilesOptions): TurnQueue {
  const idsOf = (message: Message | undefined) => (message?.attachments ?? []).map(({ id }) => id);

  /**
   * Works on files after their message was kept. A failure is only logged: unclaimed files expire, and nothing else
   * is lost.
   */
  async function tend(message: Message, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { conversation, id } = message;
      log.warn({ conversation, turn: id, error: whereFrom(error) }, 'files not kept');
    }
  }

  const claim = (message: Message) =>
    attachments.claim(message.conversation, idsOf(message), ownerOf(message));

  return {
    ...queue,

    async accept(message, whenBusy) {
      const result = await queue.accept(message, whenBusy);
      if (message.attachments.length > 0) {
        await tend(message, async () => {
          const { conversation, id } = message;
          // A forgotten message is `seen` too.
          const isKept = result === 'new' || (await transcripts.find(conversation, id)) !== undefined;
          await (isKept ? claim(message) : attachments.drop(conversation, idsOf(message)));
        });
      }
      return result;
    },

    async restart(message) {
      const { conversation, id } = message;
      const before = idsOf((await transcripts.find(conversation, id))?.message);
      const isRestarted = await queue.restart(message);
      if (isRestarted && before.length + message.attachments.length > 0) {
        await tend(message, async () => {
          const now = (await transcripts.find(conversation, id))?.message;
          if (!now) return;
          await claim(now);
          const left = idsOf(now);
          const gone = before.filter((one) => !left.includes(one));
          if (gone.length > 0) await attachments.remove(conversation, gone);
        });
      }
      return isRestarted;
    },
  };
}

/** The owner of a message's files. */
export function ownerOf({ tenant, author }: Message): FileOwner {
  return { tenant, person: author.id };
}
