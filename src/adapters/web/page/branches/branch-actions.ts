/** Edits messages, asks for other answers, and shows other versions. */
import type { TurnView } from '../../api.ts';
import { server } from '../connection/server.ts';
import { uuid } from '../connection/uuid.ts';
import { putConversation, reload } from '../state/open.ts';
import { problemOf } from '../state/problem.ts';
import { getState, setState } from '../state/state.ts';

/** Ids of branches that were asked for in vain. The same wish made again keeps its id, so that it is granted once. */
const wished = new Map<string, string>();

/** Sends another text in place of a message. False: it was refused, or the server was not reached. */
export async function edit(turn: TurnView, text: string): Promise<boolean> {
  const attachments = turn.attachments.map(({ id }) => id);
  return begin(`${turn.id} edit ${text}`, (conversation, id) =>
    server.edit(conversation, turn.id, { id, text, attachments }),
  );
}

/** Asks for another answer to the same message. */
export async function regenerate(turn: TurnView, model?: string): Promise<void> {
  await begin(`${turn.id} answer ${model}`, (conversation, id) =>
    server.regenerate(conversation, turn.id, { id, ...(model !== undefined && { model }) }),
  );
}

async function begin(
  wish: string,
  ask: (conversation: string, id: string) => ReturnType<typeof server.edit>,
): Promise<boolean> {
  const { id: open } = getState().open;
  if (open === null) return false;
  const id = wished.get(wish) ?? uuid();
  wished.set(wish, id);
  setState({ problem: null, stopping: null });
  try {
    const { conversation } = await ask(open, id);
    wished.delete(wish);
    putConversation(conversation);
    await reload(open);
    return true;
  } catch (error) {
    setState({ problem: problemOf(error) });
    return false;
  }
}

/** Shows another version of a turn. */
export async function showVersion(branch: string): Promise<void> {
  const { id } = getState().open;
  if (id === null) return;
  try {
    putConversation(await server.showBranch(id, branch));
    await reload(id);
  } catch (error) {
    setState({ problem: problemOf(error) });
  }
}
