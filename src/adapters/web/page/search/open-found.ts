import type { SearchHit } from '../../api/search.ts';
import { ServerError, server } from '../connection/server.ts';
import { openConversation, putConversation } from '../state/open.ts';
import { problemOf } from '../state/problem.ts';
import { setRoute } from '../state/route.ts';
import { freshConversation, getState, setState } from '../state/state.ts';

/** Turns that are shown below the one that was found, as far as there are so many. */
const BELOW = 20;

/** Opens the conversation of a hit at its turn, with the turns around it, however far back that is. */
export async function openFound({ conversation: id, turn }: SearchHit): Promise<void> {
  if (!turn) {
    openConversation(id);
    return;
  }
  const visited = { ...freshConversation(), id, loading: true };
  setRoute(id);
  setState({ panelOpen: false, open: visited, problem: null });
  try {
    const newest = await server.read(id);
    const isRecent = (newest.turns[0]?.seq ?? 0) <= turn.seq;
    const page = isRecent ? newest : await server.read(id, turn.seq + BELOW);
    if (getState().open.visit !== visited.visit) return;
    const isLater = (page.turns.at(-1)?.seq ?? 0) < (newest.turns.at(-1)?.seq ?? 0);
    const { turns, more } = page;
    const open = { ...visited, turns, more, loading: false, found: turn.id };
    setState({ open: isLater ? { ...open, later: true } : open });
    putConversation(page.conversation);
  } catch (error) {
    if (getState().open.visit !== visited.visit) return;
    // It is gone by now, or cannot be reached: the usual way says which.
    if (error instanceof ServerError) openAsUsual(id);
    else setState({ problem: problemOf(error) });
  }
}

function openAsUsual(id: string): void {
  setState({ open: freshConversation() });
  openConversation(id);
}
