/** The turn queue of one process: what is accepted is kept in the transcript, what waits is held in memory. */
import { createLanes } from '../../core/lanes.ts';
import { SHUTDOWN, type Transcripts, type TurnHandler, type TurnQueue } from '../../core/ports.ts';
import type { ConversationId, Message } from '../../core/types.ts';

export function createLocalQueue(transcripts: Transcripts): TurnQueue {
  const lanes = createLanes();
  /** What waits or runs: by conversation, then message. */
  const live = new Map<ConversationId, Map<string, AbortController>>();
  let handle: TurnHandler | undefined;
  let stopping = false;

  function start(message: Message): void {
    const { conversation, id } = message;
    const controller = new AbortController();
    if (stopping) controller.abort(SHUTDOWN);
    const turns = live.get(conversation) ?? new Map<string, AbortController>();
    live.set(conversation, turns.set(id, controller));
    void lanes.run(message.lane, async () => {
      try {
        await handle?.(message, controller.signal);
      } finally {
        turns.delete(id);
        if (turns.size === 0) live.delete(conversation);
      }
    });
  }

  return {
    async accept(message) {
      const result = await transcripts.append(message.conversation, { message, answer: '', end: null });
      if (result === 'new') start(message);
      return result;
    },
    async retry(conversation, messageId) {
      const turn = await transcripts.find(conversation, messageId);
      if (!turn || live.get(conversation)?.has(messageId)) return false;
      start(turn.message);
      return true;
    },
    cancel(conversation, messageId) {
      for (const [id, controller] of live.get(conversation) ?? []) {
        if (messageId === undefined || id === messageId) controller.abort();
      }
    },
    run(handler) {
      handle = handler;
    },
    async stop() {
      stopping = true;
      for (const turns of live.values()) for (const controller of turns.values()) controller.abort(SHUTDOWN);
      await lanes.idle();
    },
  };
}
