/** The branches of a conversation: one row beside its transcript, changed under the trunk's name (`transcriptName`). */

import type { Branch } from '../../core/storage.ts';
import { branchIn, branchOf, trunkOf } from '../../core/turn/past/branches.ts';
import type { ConversationId } from '../../core/types.ts';
import { branchesKey, headKey } from '../keys.ts';
import type { ExclusiveRows, Rows } from '../store.ts';

interface BranchesRow {
  v: 1;
  /** Oldest first. */
  branches: ListedBranch[];
}

/** A branch without what the key tells. */
interface ListedBranch {
  id: string;
  /** The branch that it goes on from. Absent: the trunk. */
  base?: string;
  seq: number;
}

/** The name under which the rows of a conversation are changed: its lanes, notes and branches included. */
export const transcriptName = (conversation: ConversationId) => headKey(trunkOf(conversation));

const read = async (rows: Pick<Rows, 'read'>, trunk: ConversationId) =>
  (await rows.read<BranchesRow>(branchesKey(trunk)))?.branches ?? [];

/** The branches of a trunk, also those of its branches: oldest first. */
export async function branchesOf(rows: Pick<Rows, 'read'>, trunk: ConversationId): Promise<Branch[]> {
  return (await read(rows, trunk)).map(({ id, base, seq }) => ({
    conversation: branchOf(trunk, id),
    base: { conversation: base === undefined ? trunk : branchOf(trunk, base), seq },
  }));
}

/** The branches that show turns of this conversation from `seq` on, directly or through another branch. */
export async function branchesWith(
  rows: Pick<Rows, 'read'>,
  conversation: ConversationId,
  seq: number,
): Promise<ConversationId[]> {
  const found = new Set([conversation]);
  // A branch is younger than its base, so its base was looked at before.
  for (const branch of await branchesOf(rows, trunkOf(conversation)))
    if (found.has(branch.base.conversation) && branch.base.seq > seq) found.add(branch.conversation);
  found.delete(conversation);
  return [...found];
}

export async function listBranch(rows: ExclusiveRows, { conversation, base }: Branch): Promise<void> {
  const trunk = trunkOf(conversation);
  const id = branchIn(conversation);
  if (id === undefined) throw new TypeError('no branch');
  const from = branchIn(base.conversation);
  const listed: ListedBranch = { id, ...(from !== undefined && { base: from }), seq: base.seq };
  // A crash may have left the entry of a branch that is gone.
  const others = (await read(rows, trunk)).filter((one) => one.id !== id);
  const value: BranchesRow = { v: 1, branches: [...others, listed] };
  await rows.write([{ key: branchesKey(trunk), value }]);
}

/** Takes a branch that is gone out of the list. Without effect for a trunk. */
export async function unlistIfGone(rows: ExclusiveRows, conversation: ConversationId): Promise<void> {
  const id = branchIn(conversation);
  if (id === undefined || (await rows.read(headKey(conversation))) !== undefined) return;
  const key = branchesKey(trunkOf(conversation));
  const branches = (await read(rows, trunkOf(conversation))).filter((one) => one.id !== id);
  if (branches.length === 0) await rows.remove([key]);
  else await rows.write([{ key, value: { v: 1, branches } satisfies BranchesRow }]);
}
