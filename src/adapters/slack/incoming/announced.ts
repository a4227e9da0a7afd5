/**
 * Placeholders of questions that are still being read. Each is noted before it is posted. If Parley dies before
 * the turn begins, it is found when Slack redelivers the question, maybe to another process.
 */
import type { Logger } from 'pino';
import type { Records } from '../../../chat/answer/answer-records.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';
import { findLost } from '../answer/find-lost.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface Announced {
  /**
   * Notes a placeholder. False where none should be posted: another answer is being made there, or one is noted
   * already.
   */
  note(turn: string, conversation: ConversationId, asker: string): Promise<boolean>;
  /** For a question that gets no answer: removes its noted placeholder, unless an answer uses it, and the note. */
  remove(turn: string, workspace: Workspace, channel: string): Promise<void>;
}

export interface AnnouncedOptions {
  queue: Pick<TurnQueue, 'live'>;
  records: Records;
  log: Logger;
}

export function createAnnounced({ queue, records, log }: AnnouncedOptions): Announced {
  return {
    async note(turn, conversation, asker) {
      if ((await queue.live(conversation)).length > 0 || (await records.read(turn))) return false;
      await records.write(turn, { conversation, asker, ids: [], run: 1, isPlaceheld: true });
      return true;
    },

    async remove(turn, workspace, channel) {
      const record = await records.read(turn);
      if (!record?.isPlaceheld || record.ids.length > 0) return;
      const place = { channel, thread: undefined, turn };
      const ts = await findLost({ ...place, index: 0, posted: new Set(), log }, workspace);
      if (ts !== undefined) await workspace.edits.chat.delete({ channel, ts }).catch(() => {});
      await records.remove(turn);
    },
  };
}
