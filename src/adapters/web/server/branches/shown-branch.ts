/** The branch of a conversation that a request is about: the one that it names, or else the one that is shown. */
import type { Context } from 'hono';
import type { ConversationEntry, Transcripts } from '../../../../core/storage.ts';
import { branchOf } from '../../../../core/turn/past/branches.ts';
import type { ConversationId } from '../../../../core/types.ts';
import { toItsEnd } from './tree.ts';

type Told = Pick<Transcripts, 'branches' | 'read'>;

/** Undefined: the request names a branch that is not there. */
export async function shownBranch(
  c: Context,
  entry: ConversationEntry,
  trunk: ConversationId,
  transcripts: Told,
): Promise<ConversationId | undefined> {
  const named = c.req.query('branch');
  if (named === undefined) return lineShown(entry, trunk, transcripts);
  if (named === entry.id) return trunk;
  const branch = branchOf(trunk, named);
  const isThere = (await transcripts.branches(trunk)).some(({ conversation }) => conversation === branch);
  return isThere ? branch : undefined;
}

/** The branch that a conversation shows. One with nothing left of it gives way to what goes on in its place. */
export async function lineShown(
  { id, shown = id }: ConversationEntry,
  trunk: ConversationId,
  transcripts: Told,
): Promise<ConversationId> {
  const branches = await transcripts.branches(trunk);
  if (branches.length === 0) return trunk;
  const wanted = branchOf(trunk, shown);
  const isThere = branches.some(({ conversation }) => conversation === wanted);
  return toItsEnd(transcripts, branches, isThere ? wanted : trunk);
}
