/** Which turns have other versions on other branches, for the page. */
import type { StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { branchIn } from '../../../../core/turn/past/branches.ts';
import type { ConversationId } from '../../../../core/types.ts';
import type { Versions } from '../../api/branches.ts';
import type { TurnView } from '../../api.ts';
import { goingOnFrom, mayDivide } from './tree.ts';

interface Shown {
  id: string;
  trunk: ConversationId;
  /** The branch that is read. */
  line: ConversationId;
  turns: StoredTurn[];
  views: TurnView[];
}

/**
 * Adds the versions to the turns that have some: turns that stand behind the same one, on whichever branches. Costs nothing
 * where the conversation has no branches.
 */
export async function withVersions(
  transcripts: Pick<Transcripts, 'branches' | 'read'>,
  { id, trunk, line, turns, views }: Shown,
): Promise<TurnView[]> {
  const branches = await transcripts.branches(trunk);
  const [first] = turns;
  if (branches.length === 0 || !first) return views;
  const found = new Map<string, Versions>();
  let before = (await transcripts.read(line, { limit: 1, before: first.seq })).turns.at(-1);
  for (const turn of turns) {
    if (mayDivide(branches, turn, before)) {
      const versions = await goingOnFrom(transcripts, branches, before, trunk);
      const at = versions.indexOf(turn.message.conversation) + 1;
      if (versions.length > 1 && at > 0)
        found.set(turn.message.id, { at, of: versions.map((one) => branchIn(one) ?? id) });
    }
    before = turn;
  }
  return views.map((view) => {
    const versions = found.get(view.id);
    return versions ? { ...view, versions } : view;
  });
}
