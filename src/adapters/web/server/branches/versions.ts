/** Which turns have other versions on other branches, for the page. */
import type { Branch, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { branchIn } from '../../../../core/turn/past/branches.ts';
import type { ConversationId } from '../../../../core/types.ts';
import type { Versions } from '../../api/branches.ts';
import type { TurnView } from '../../api.ts';

interface Shown {
  id: string;
  trunk: ConversationId;
  turns: StoredTurn[];
  views: TurnView[];
}

/** Adds the versions to the turns that have some. Costs nothing where the conversation has no branches. */
export async function withVersions(
  transcripts: Pick<Transcripts, 'branches' | 'read'>,
  { id, trunk, turns, views }: Shown,
): Promise<TurnView[]> {
  const branches = await transcripts.branches(trunk);
  if (branches.length === 0) return views;
  const found = new Map<string, Versions>();
  for (const [index, turn] of turns.entries()) {
    const versions = await versionsOf(transcripts, branches, turn, turns[index - 1]);
    if (versions.length < 2) continue;
    const at = versions.indexOf(turn.message.conversation) + 1;
    found.set(turn.message.id, { at, of: versions.map((one) => branchIn(one) ?? id) });
  }
  return views.map((view) => {
    const versions = found.get(view.id);
    return versions ? { ...view, versions } : view;
  });
}

/** The conversations with a version of the turn. */
async function versionsOf(
  transcripts: Pick<Transcripts, 'read'>,
  branches: Branch[],
  turn: StoredTurn,
  before: StoredTurn | undefined,
): Promise<ConversationId[]> {
  const { conversation } = turn.message;
  // After a removed turn, the versions of that turn are those of the next one.
  const from = before?.message.conversation === conversation ? before.seq + 1 : turn.seq;
  const own = branches.find((one) => one.conversation === conversation)?.base;
  const isFirst = before?.message.conversation !== conversation;
  const starts = branches.filter(
    ({ base }) => base.conversation === conversation && base.seq >= from && base.seq <= turn.seq,
  );
  const base = starts[0]?.base ?? (isFirst ? own : undefined);
  if (!base) return [];
  const others = branches.filter((one) => isSame(one.base, base)).map((one) => one.conversation);
  const versions: ConversationId[] = [];
  for (const one of [base.conversation, ...others])
    if (one === conversation || (await hasTurns(transcripts, one, base.seq))) versions.push(one);
  return versions;
}

const isSame = (a: Branch['base'], b: Branch['base']) => a.conversation === b.conversation && a.seq === b.seq;

/** Whether the conversation has a turn of its own from there on. A branch has none before its message is stored. */
async function hasTurns(
  transcripts: Pick<Transcripts, 'read'>,
  conversation: ConversationId,
  seq: number,
): Promise<boolean> {
  const last = (await transcripts.read(conversation, { limit: 1 })).turns.at(-1);
  return last !== undefined && last.message.conversation === conversation && last.seq >= seq;
}
