/** Begins branches. */

import type { Base, Transcripts } from '../../core/storage.ts';
import { trunkOf } from '../../core/turn/past/branches.ts';
import type { ConversationId } from '../../core/types.ts';
import { headKey } from '../keys.ts';
import type { ExclusiveRows } from '../store.ts';
import { type Head, isThere, oldOf, readRows } from '../tables/transcript-rows.ts';
import { branchesOf, listBranch } from './branch-list.ts';

/** Branches that a conversation can have. All of them stand in one row. */
const MOST_BRANCHES = 200;

/** Begins a branch: its head and its entry in the list, in one change. */
export async function fork(
  rows: ExclusiveRows,
  branch: ConversationId,
  wanted: Base,
): ReturnType<Transcripts['fork']> {
  if ((await rows.read(headKey(branch))) !== undefined) return 'seen';
  const found = await baseOf(rows, wanted);
  if (!found) return 'gone';
  if ((await branchesOf(rows, trunkOf(branch))).length >= MOST_BRANCHES) return 'full';
  const { base, head } = found;
  const { seq } = base;
  const [row] = await readRows(rows, base.conversation, { start: seq, end: seq + 1 }, oldOf(head));
  const { afresh } = head;
  const begun: Head = {
    v: 2,
    next: seq,
    bytes: isThere(row) ? row.offset : head.bytes,
    first: seq,
    base,
    ...(afresh && afresh.seq <= seq && { afresh }),
  };
  await rows.write([{ key: headKey(branch), value: begun }]);
  await listBranch(rows, { conversation: branch, base });
  return 'new';
}

/** The conversation that has the turns itself: a branch that begins where another one begins is beside it, not upon it. */
async function baseOf(rows: ExclusiveRows, wanted: Base): Promise<{ base: Base; head: Head } | undefined> {
  let { conversation } = wanted;
  for (;;) {
    const head = await rows.read<Head>(headKey(conversation));
    if (!head || wanted.seq > head.next) return undefined;
    if (!head.base || wanted.seq > head.base.seq) return { base: { conversation, seq: wanted.seq }, head };
    conversation = head.base.conversation;
  }
}
