/** The branch of a conversation that a request is about: the one that it names, or else the one that is shown. */
import type { Context } from 'hono';
import type { ConversationEntry, ConversationLists, Transcripts } from '../../../../core/storage.ts';
import { branchIn, branchOf, trunkOf } from '../../../../core/turn/past/branches.ts';
import { type ConversationId, tenantIn } from '../../../../core/types.ts';

/** Undefined: the request names a branch that is not there. */
export async function shownBranch(
  c: Context,
  { id, shown = id }: ConversationEntry,
  trunk: ConversationId,
  transcripts: Pick<Transcripts, 'branches'>,
): Promise<ConversationId | undefined> {
  const named = c.req.query('branch');
  const wanted = named ?? shown;
  if (wanted === id) return trunk;
  const branch = branchOf(trunk, wanted);
  const isThere = (await transcripts.branches(trunk)).some(({ conversation }) => conversation === branch);
  if (isThere) return branch;
  // A branch with nothing left of it is shown no more.
  return named === undefined ? trunk : undefined;
}

/** Shows what a branch began with, once none of the branch's own turns is left. */
export async function showWhatIsLeft(
  branch: ConversationId,
  { conversations, transcripts }: { conversations: ConversationLists; transcripts: Transcripts },
): Promise<void> {
  const shown = branchIn(branch);
  if (shown === undefined) return;
  const last = (await transcripts.read(branch, { limit: 1 })).turns.at(-1);
  if (last?.message.conversation === branch) return;
  const trunk = trunkOf(branch);
  const tenant = tenantIn(trunk);
  const id = trunk.slice(tenant.length + 1);
  const known = (await transcripts.branches(trunk)).find(({ conversation }) => conversation === branch);
  const left = (known && branchIn(known.base.conversation)) ?? id;
  await conversations.change(tenant, id, (entry) => (entry.shown === shown ? { shown: left } : {}));
}
