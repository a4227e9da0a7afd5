/** Deletes files that are older than allowed, and counts those that Parley 0.1.0 left uncounted. */
import type { Attachments, Transcripts } from '../storage.ts';
import type { ConversationId } from '../types.ts';
import { DAY_MS } from './sweep-history.ts';
import { dueAfterLive, dueBy, type SweepPace, type Swept, TURNS_A_STEP } from './swept.ts';

export interface SweepFilesOptions {
  transcripts: Pick<Transcripts, 'read'>;
  attachments: Attachments;
  /** Days that files are kept; 0: as long as their turns. */
  filesDays: number;
}

export function createFilesSweep({ attachments, filesDays }: SweepFilesOptions, { rest, liveIn }: SweepPace) {
  return async function sweepFiles(swept: Swept): Promise<void> {
    if (filesDays === 0) return;
    const keptMs = filesDays * DAY_MS;
    const { files, nextAt } = await attachments.keptBefore(Date.now() - keptMs);
    if (nextAt !== undefined) dueBy(swept, nextAt + keptMs);
    for (const { conversation, id } of files) {
      if ((await liveIn(conversation)).size > 0) {
        dueAfterLive(swept);
        continue;
      }
      await attachments.remove(conversation, [id]);
      swept.files++;
      await rest();
    }
  };
}

/**
 * Counts files that Parley 0.1.0 kept, once. If that fails, the sweep goes on, and the next sweep tries again.
 * @param complain logs a failure that does not end the sweep
 */
export function createFilesCount(
  { transcripts, attachments }: SweepFilesOptions,
  { rest, liveIn, isStopping }: SweepPace,
  complain: (error: unknown, what: string) => void,
) {
  /** The files of all turns of a conversation. */
  async function filesOf(conversation: ConversationId) {
    const files: Parameters<Attachments['count']>[1] = [];
    for (let before: number | undefined; ; ) {
      const page = await transcripts.read(conversation, {
        limit: TURNS_A_STEP,
        ...(before !== undefined && { before }),
      });
      for (const { message } of page.turns) {
        const { tenant, author, at } = message;
        for (const attachment of message.attachments)
          files.push({ tenant, person: author.id, attachment, at });
      }
      before = page.turns[0]?.seq;
      if (!page.more || before === undefined) return files;
      await rest();
    }
  }

  return async function countFiles(swept: Swept): Promise<void> {
    for (const conversation of await attachments.uncounted()) {
      try {
        // Without this check, files of a turn in progress would look like files without a turn.
        if ((await liveIn(conversation)).size > 0) {
          dueAfterLive(swept);
          continue;
        }
        await attachments.count(conversation, await filesOf(conversation));
      } catch (error) {
        if (isStopping()) throw error;
        complain(error, 'files of Parley 0.1.0 were not counted; it is tried again');
      }
      await rest();
    }
  };
}
