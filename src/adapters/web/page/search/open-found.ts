import type { SearchHit } from '../../api/search.ts';
import { ServerError, server, type TurnsPage } from '../connection/server.ts';
import { showsBranch } from '../connection/shown-branch.ts';
import { openConversation, putConversation } from '../state/open.ts';
import { problemOf } from '../state/problem.ts';
import { setRoute } from '../state/route.ts';
import { freshConversation, getState, setState } from '../state/state.ts';
import { seek } from './found-place.ts';

/** Turns that are shown below the one that was found, as far as there are so many. */
const BELOW = 20;

/**
 * Opens the conversation of a hit at its turn, with the turns around it, however far back that is. If the turn is on
 * another branch than the one that is shown, that branch is shown from now on.
 */
export async function openFound(hit: SearchHit): Promise<void> {
  const { conversation: id, turn } = hit;
  seek(hit);
  if (!turn) {
    openConversation(id);
    return;
  }
  const visited = { ...freshConversation(), id, loading: true };
  const isLeft = () => getState().open.visit !== visited.visit;
  setRoute(id);
  setState({ panelOpen: false, open: visited, problem: null });
  try {
    let read = await readAround(id, turn.seq);
    if (isLeft()) return;
    if (!read.turns.some((one) => one.id === turn.id)) {
      await server.showBranch(id, hit.branch ?? id);
      if (isLeft()) return;
      read = await readAround(id, turn.seq);
      if (isLeft()) return;
    }
    const { conversation, turns, more, isLater } = read;
    const { shown: branch, chosen = {} } = conversation;
    showsBranch(id, branch);
    const open = { ...visited, branch, chosen, turns, more, loading: false, found: turn.id };
    setState({ open: isLater ? { ...open, later: true } : open });
    putConversation(conversation);
  } catch (error) {
    if (isLeft()) return;
    // It is gone by now, or cannot be reached: the usual way says which.
    if (error instanceof ServerError) openAsUsual(id);
    else setState({ problem: problemOf(error) });
  }
}

/** Reads the turns around a place of the branch that is shown. */
async function readAround(id: string, seq: number): Promise<TurnsPage & { isLater: boolean }> {
  const newest = await server.read(id);
  showsBranch(id, newest.conversation.shown);
  const isRecent = (newest.turns[0]?.seq ?? 0) <= seq;
  const page = isRecent ? newest : await server.read(id, seq + BELOW);
  const isLater = (page.turns.at(-1)?.seq ?? 0) < (newest.turns.at(-1)?.seq ?? 0);
  return { ...page, isLater };
}

function openAsUsual(id: string): void {
  setState({ open: freshConversation() });
  openConversation(id);
}
