import type { TurnView } from '../api.ts';
import { putTurn } from './open.ts';
import { sentenceOf, server } from './server.ts';
import { getState, setState } from './state.ts';

/** Asks for the answer that is being written to end. */
export async function stop(): Promise<void> {
  const { open } = getState();
  const turn = open.turns.find((each) => each.live);
  if (open.id === null || !turn) return;
  setState({ stopping: turn.id, problem: null });
  try {
    await server.stop(open.id, turn.id);
  } catch (error) {
    setState({ stopping: null, problem: sentenceOf(error) });
  }
}

/** Has the last turn answered again. */
export async function retry(turn: TurnView): Promise<void> {
  const { open } = getState();
  if (open.id === null) return;
  setState({ problem: null, stopping: null });
  try {
    const again = await server.retry(open.id, turn.id);
    const now = getState().open;
    if (now.visit !== open.visit) return;
    setState({ open: { ...now, turns: now.turns.filter((each) => each.id !== turn.id) } });
    putTurn(open.id, again.turn);
  } catch (error) {
    setState({ problem: sentenceOf(error) });
  }
}
