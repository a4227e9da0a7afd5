/** Tells of messages and answers in people's direct messages on platforms. */
import type { Topics } from '../core/platform.ts';
import type { TurnQueue } from '../core/turn/queue.ts';
import type { Message } from '../core/types.ts';
import { platformOf } from './all.ts';
import { dmTopic } from './dm-topic.ts';

/** A queue that tells when a message of direct messages was accepted or edited, and when its answer is done. */
export function withDmNews(queue: TurnQueue, topics: Pick<Topics, 'tell'>): TurnQueue {
  function tell({ conversation, author }: Message): void {
    const platform = platformOf(conversation);
    const subject = platform?.directMessages?.subjectOf(conversation, author.id);
    if (platform && subject !== undefined)
      topics.tell(dmTopic({ platform: platform.name, subject, conversation }));
  }

  return {
    ...queue,
    async accept(message, whenBusy) {
      const result = await queue.accept(message, whenBusy);
      if (result === 'new') tell(message);
      return result;
    },
    async restart(message) {
      const isRestarted = await queue.restart(message);
      if (isRestarted) tell(message);
      return isRestarted;
    },
    run(handler) {
      queue.run(async (message, attempt) => {
        const result = await handler(message, attempt);
        tell(message);
        return result;
      });
    },
  };
}
