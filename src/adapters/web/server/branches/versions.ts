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
  transcripts: Pick<Transcripts, 'branches' | 'read' | 'find'>,
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
      if (versions.length > 1 && at > 0) {
        const of = versions.map((one) => branchIn(one) ?? id);
        const areAnswers = await areOfOneMessage(transcripts, versions, turn);
        found.set(turn.message.id, { at, of, ...(areAnswers && { areAnswers }) });
      }
    }
    before = turn;
  }
  return views.map((view) => {
    const versions = found.get(view.id);
    return versions ? { ...view, versions } : view;
  });
}

/** Whether all versions begin with the same message, so that their answers alone differ. */
async function areOfOneMessage(
  transcripts: Pick<Transcripts, 'read' | 'find'>,
  versions: ConversationId[],
  { message, seq }: StoredTurn,
): Promise<boolean> {
  for (const version of versions) {
    if (version === message.conversation) continue;
    const branch = branchIn(version);
    // A branch has the id of its first message. The trunk has the message at the same place.
    const first =
      (branch === undefined ? undefined : await transcripts.find(version, branch)) ??
      (await transcripts.read(version, { limit: 1, before: seq + 1 })).turns.at(-1);
    if (first?.message.conversation !== version || saidIn(first) !== saidIn({ message })) return false;
  }
  return true;
}

const saidIn = ({ message: { text, attachments } }: Pick<StoredTurn, 'message'>) =>
  JSON.stringify([text, attachments.map(({ name, size }) => [name, size])]);
