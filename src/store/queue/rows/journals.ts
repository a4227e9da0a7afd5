/** Journals: the steps of the turns that are being answered, with the answer up to the last of them. One row each. */
import type { Journal } from '../../../core/turn/tools/journal.ts';
import type { ConversationId } from '../../../core/types.ts';
import { journalKey } from '../../keys.ts';
import type { ExclusiveRows, Rows } from '../../store.ts';

/** How long a journal lasts that a crash left behind, ms. */
const JOURNAL_MS = 24 * 3_600_000;

export async function writeJournal(
  rows: ExclusiveRows,
  conversation: ConversationId,
  id: string,
  journal: Journal,
): Promise<void> {
  await rows.write([{ key: journalKey(conversation, id), value: journal, ttl: JOURNAL_MS }]);
}

export function readJournal(
  rows: Pick<Rows, 'read'>,
  conversation: ConversationId,
  id: string,
): Promise<Journal | undefined> {
  return rows.read<Journal>(journalKey(conversation, id));
}
