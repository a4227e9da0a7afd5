/** Drafts: the answers so far of the turns that are being answered, one row each. */
import type { ConversationId } from '../../../core/types.ts';
import { draftKey, journalKey } from '../../keys.ts';
import type { ExclusiveRows } from '../../store.ts';

export interface AnswerDraft {
  /** Id of the attempt that wrote it, stored under this name. */
  run: string;
  text: string;
}

/** How long a draft lasts that a crash left behind, ms. */
const DRAFT_MS = 24 * 3_600_000;

export async function writeDraft(
  rows: ExclusiveRows,
  conversation: ConversationId,
  id: string,
  draft: AnswerDraft,
): Promise<void> {
  await rows.write([{ key: draftKey(conversation, id), value: draft, ttl: DRAFT_MS }]);
}

/** Reads drafts in the order of `ids`. */
export function readDrafts(
  rows: Pick<ExclusiveRows, 'readMany'>,
  conversation: ConversationId,
  ids: string[],
): Promise<(AnswerDraft | undefined)[]> {
  return rows.readMany<AnswerDraft>(ids.map((id) => draftKey(conversation, id)));
}

/** Removes a draft, and the journal of the same answer. */
export function removeDraft(rows: ExclusiveRows, conversation: ConversationId, id: string): Promise<void> {
  return rows.remove([draftKey(conversation, id), journalKey(conversation, id)]);
}
