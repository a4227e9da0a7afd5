/**
 * The turns of a conversation as a tree: each stands below the turn before it, whichever branches they are on. Where a turn
 * was removed, those behind it stand below the one before it.
 */
import type { Branch, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { trunkOf } from '../../../../core/turn/past/branches.ts';
import type { ConversationId } from '../../../../core/types.ts';

/** A place of a turn: the conversation that has it, and its seq there. */
interface Place {
  conversation: ConversationId;
  seq: number;
}

type Told = Pick<Transcripts, 'read'>;

const placeOf = ({ message, seq }: StoredTurn): Place => ({ conversation: message.conversation, seq });

/**
 * The branches that go on from a place with turns of their own, and its own conversation if that does: each has another
 * first turn. The place's own conversation comes first, then the oldest.
 * @param branches all of the trunk, oldest first
 * @param before undefined: the beginning of the trunk
 */
export async function goingOnFrom(
  transcripts: Told,
  branches: Branch[],
  before: StoredTurn | undefined,
  trunk: ConversationId,
): Promise<ConversationId[]> {
  const { conversation, seq } = before ? placeOf(before) : { conversation: trunk, seq: -1 };
  const found = new Set<ConversationId>();
  await collect(transcripts, branches, { conversation, seq: seq + 1 }, found);
  const order = [conversation, ...branches.map((branch) => branch.conversation)];
  return order.filter((one, index) => found.has(one) && order.indexOf(one) === index);
}

/** Adds the conversations with a turn that is the first one from that place on. */
async function collect(
  transcripts: Told,
  branches: Branch[],
  { conversation, seq }: Place,
  found: Set<ConversationId>,
): Promise<void> {
  if (await hasOwn(transcripts, conversation, { from: seq })) found.add(conversation);
  const begun = branches
    .filter(({ base }) => base.conversation === conversation && base.seq >= seq)
    .sort((a, b) => a.base.seq - b.base.seq);
  for (const branch of begun) {
    const upTo = branch.base.seq;
    // It begins behind a turn that is still there, and so do all later ones.
    if (upTo > seq && (await hasOwn(transcripts, conversation, { from: seq, upTo }))) return;
    await collect(transcripts, branches, { conversation: branch.conversation, seq: upTo }, found);
  }
}

/** Whether the conversation has a turn of its own between these seqs. */
async function hasOwn(
  transcripts: Told,
  conversation: ConversationId,
  { from, upTo }: { from: number; upTo?: number },
): Promise<boolean> {
  const options = { limit: 1, ...(upTo !== undefined && { before: upTo }) };
  const last = (await transcripts.read(conversation, options)).turns.at(-1);
  return last !== undefined && last.message.conversation === conversation && last.seq >= from;
}

/** Whether a branch may begin between a turn and the one before it. Reads nothing. */
export function mayDivide(branches: Branch[], turn: StoredTurn, before: StoredTurn | undefined): boolean {
  const { conversation } = turn.message;
  if (before?.message.conversation !== conversation) return branches.length > 0;
  return branches.some(
    ({ base }) => base.conversation === conversation && base.seq > before.seq && base.seq <= turn.seq,
  );
}

/**
 * A branch to its very end: where a branch ends although others go on from there, such as once its last turns were
 * removed, the first of them.
 */
export async function toItsEnd(
  transcripts: Told,
  branches: Branch[],
  wanted: ConversationId,
): Promise<ConversationId> {
  const trunk = trunkOf(wanted);
  let line = wanted;
  // Each step goes on to later turns, and so to another branch.
  for (let steps = 0; steps <= branches.length; steps++) {
    const last = (await transcripts.read(line, { limit: 1 })).turns.at(-1);
    const [next] = await goingOnFrom(transcripts, branches, last, trunk);
    if (next === undefined) return line;
    line = next;
  }
  return line;
}
