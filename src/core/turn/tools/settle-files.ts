/** Claims the files of a kept turn, and removes those that nothing shows any more. */
import type { Logger } from 'pino';
import { whereFrom } from '../../reports/where-from.ts';
import type { Attachments, Transcripts } from '../../storage.ts';
import type { Turn } from '../../types.ts';
import { ownerOf } from '../queue-with-files.ts';

export interface SettleFilesOptions {
  transcripts: Pick<Transcripts, 'find'>;
  attachments: Pick<Attachments, 'claim' | 'drop' | 'remove'>;
  log: Logger;
}

const idsIn = (turn: Pick<Turn, 'files'> | undefined) => (turn?.files ?? []).map(({ id }) => id);

/**
 * Called once a turn is kept. The store does not take it if its message was forgotten or edited meanwhile: then its files
 * go. A failure is only logged: unclaimed files expire.
 * @param replaced ids of files of the answer before
 */
export async function settleFiles(
  turn: Turn,
  replaced: string[] = [],
  { transcripts, attachments, log }: SettleFilesOptions,
): Promise<void> {
  const { message } = turn;
  const { conversation, id } = message;
  const made = idsIn(turn);
  if (made.length + replaced.length === 0) return;
  try {
    const shown = async () => new Set(idsIn(await transcripts.find(conversation, id)));
    const first = await shown();
    await attachments.claim(
      conversation,
      made.filter((file) => first.has(file)),
      ownerOf(message),
    );
    // The turn may have been forgotten while they were claimed.
    const now = made.length > 0 ? await shown() : first;
    const gone = [...made, ...replaced].filter((file) => !now.has(file));
    await attachments.drop(conversation, gone);
    await attachments.remove(conversation, gone);
  } catch (error) {
    log.warn({ conversation, turn: id, error: whereFrom(error) }, 'made files not kept');
  }
}
