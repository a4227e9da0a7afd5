/** The turn queue of one process: what is accepted is kept in the transcript, what waits is held in memory. */
import { createLanes } from '../../core/lanes.ts';
import { RESTART, SHUTDOWN, type Transcripts, type TurnHandler, type TurnQueue } from '../../core/ports.ts';
import type { ConversationId, Message } from '../../core/types.ts';

interface Live {
  controller: AbortController;
  lane: string;
  /** As it reads when its turn comes. */
  message: Message;
  /** Whether it reads otherwise than the transcript has it. */
  isEdited: boolean;
  hasBegun: boolean;
}

export function createLocalQueue(transcripts: Transcripts): TurnQueue {
  const lanes = createLanes();
  /** What waits or runs: by conversation, then message. Of one that was restarted, the newest attempt. */
  const live = new Map<ConversationId, Map<string, Live>>();
  let handle: TurnHandler | undefined;
  let stopping = false;

  function start(message: Message, lane = message.lane, isEdited = false): void {
    const { conversation, id } = message;
    const controller = new AbortController();
    const mine: Live = { controller, lane, message, isEdited, hasBegun: false };
    if (stopping) controller.abort(SHUTDOWN);
    const turns = live.get(conversation) ?? new Map<string, Live>();
    live.set(conversation, turns.set(id, mine));
    void lanes.run(lane, async () => {
      try {
        mine.hasBegun = true;
        if (mine.isEdited) await keepEdited(mine.message);
        await handle?.(mine.message, controller.signal);
      } finally {
        if (turns.get(id) === mine) turns.delete(id);
        if (turns.size === 0 && live.get(conversation) === turns) live.delete(conversation);
      }
    });
  }

  /** Should the store fail here, the engine says so, and keeps the message together with its answer. */
  const keepEdited = (message: Message) =>
    transcripts.keep(message.conversation, { message, answer: '', end: null }).catch(() => {});

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
    async restart(message) {
      const { conversation, id } = message;
      const turn = live.get(conversation)?.get(id);
      if (!turn || stopping) return false;
      if (!turn.hasBegun && !turn.controller.signal.aborted) {
        turn.message = message;
        turn.isEdited = true;
      } else {
        turn.controller.abort(RESTART);
        start(message, turn.lane, true);
      }
      return true;
    },
    cancel(conversation, messageId) {
      const turns = live.get(conversation) ?? new Map<string, Live>();
      const found = messageId === undefined ? [...turns.values()] : [turns.get(messageId)];
      for (const turn of found) turn?.controller.abort();
      return found.some((turn) => turn !== undefined);
    },
    run(handler) {
      handle = handler;
    },
    async stop() {
      stopping = true;
      for (const turns of live.values()) {
        for (const { controller } of turns.values()) controller.abort(SHUTDOWN);
      }
      await lanes.idle();
    },
  };
}
