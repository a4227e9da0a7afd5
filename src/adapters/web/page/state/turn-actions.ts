import type { TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { server } from '../connection/server.ts';
import { putConversation, reload, removeConversation } from './open.ts';
import { problemOf } from './problem.ts';
import { announce, getState, setState } from './state.ts';
import { liveTurn, putTurn, takeOut } from './turns.ts';

/** Asks Parley to stop the answer that is being written. */
export async function stop(): Promise<void> {
  const { open, stopping } = getState();
  const turn = liveTurn(open.turns);
  if (open.id === null || !turn || stopping === turn.id) return;
  setState({ stopping: turn.id, problem: null });
  try {
    await server.stop(open.id, turn.id);
  } catch (error) {
    setState({ stopping: null, problem: problemOf(error) });
  }
}

/** Asks for a new answer to a turn. */
export async function retry(turn: TurnView): Promise<void> {
  await act(async (conversation) => (await server.retry(conversation, turn.id)).turn);
}

/** Continues the last answer where it was cut, in a turn of its own. */
export async function goOn(cut: TurnView): Promise<void> {
  await act(async (id) => {
    const { turn, conversation } = await server.goOn(id, cut.id);
    putConversation(conversation);
    return turn;
  });
}

/** Removes a message and its answer. With the last turn, the empty conversation goes too. */
export async function removeTurn({ id }: TurnView): Promise<void> {
  const { open } = getState();
  if (open.id === null) return;
  try {
    const isOnly = open.turns.length === 1 && open.missing.length === 0 && !open.turns[0]?.versions;
    if (isOnly) return await removeConversation(open.id);
    await server.removeTurn(open.id, id);
    takeOut(open.id, id);
    announce(onPage.panel.conversations.deleted);
  } catch (error) {
    setState({ problem: problemOf(error) });
  }
}

async function act(ask: (conversation: string) => Promise<TurnView | null>): Promise<void> {
  const { open } = getState();
  if (open.id === null) return;
  setState({ problem: null, stopping: null });
  try {
    const turn = await ask(open.id);
    if (!turn || !putTurn(open.id, turn)) await reload(open.id);
  } catch (error) {
    setState({ problem: problemOf(error) });
    // Another window may have removed it first.
    await reload(open.id);
  }
}
