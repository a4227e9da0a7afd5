import type { ConversationView } from '../../../api.ts';
import { ServerError, server } from '../../connection/server.ts';
import { showsBranch } from '../../connection/shown-branch.ts';
import { openConversation, putConversation } from '../open.ts';
import { problemOf } from '../problem.ts';
import { setRoute } from '../route.ts';
import { type FoundTurn, freshConversation, getState, type OpenConversation, setState } from '../state.ts';
import { merge } from '../turns.ts';

/** Turns that are read below the wanted one, as far as there are so many. */
const BELOW = 20;

/**
 * Opens a conversation at one of its turns, with the turns around it, however far back that is.
 * @param branch the branch of the turn. It is shown from now on if the turn is not on the one that is shown.
 */
export async function showTurn(
  id: string,
  { found, branch }: { found: FoundTurn; branch: string },
): Promise<void> {
  const visited: OpenConversation = { ...freshConversation(), id, loading: true, found };
  const isLeft = () => getState().open.visit !== visited.visit;
  setRoute(id);
  setState({ panelOpen: false, open: visited, problem: null });
  try {
    let read = await readBeside(visited, id, found.seq);
    if (!isLeft() && !read.open.turns.some((one) => one.id === found.id)) {
      await server.showBranch(id, branch);
      if (!isLeft()) read = await readBeside(visited, id, found.seq);
    }
    if (isLeft()) return;
    setState({ open: { ...read.open, loading: false } });
    putConversation(read.conversation);
  } catch (error) {
    if (isLeft()) return;
    // It is gone by now, or cannot be reached: the usual way says which.
    if (error instanceof ServerError) openAsUsual(id);
    else setState({ problem: problemOf(error) });
  }
}

/** Reads the newest turns of the branch that is shown, and those beside a place. */
async function readBeside(
  open: OpenConversation,
  id: string,
  seq: number,
): Promise<{ open: OpenConversation; conversation: ConversationView }> {
  const newest = await server.read(id);
  const { conversation } = newest;
  showsBranch(id, conversation.shown);
  const { chosen = {} } = conversation;
  let read = { ...open, ...merge(open, newest), chosen };
  if ((newest.turns[0]?.seq ?? 0) > seq)
    read = { ...read, ...merge(read, await server.read(id, seq + BELOW), seq + BELOW) };
  return { open: read, conversation };
}

function openAsUsual(id: string): void {
  setState({ open: freshConversation() });
  openConversation(id);
}
