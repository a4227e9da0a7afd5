/**
 * The choices of the open conversation. A conversation that has begun keeps its own on the server. A new one begins
 * with the last that were made in this browser.
 */
import type { ConversationChoices } from '../../../../../core/choices/conversation-choices.ts';
import { server } from '../../connection/server.ts';
import { problemOf } from '../../state/problem.ts';
import { getState, setState } from '../../state/state.ts';

const LAST = 'parley.chosen';

/** Chooses for the open conversation, and for those that begin later in this browser. */
export async function choose(
  change: { [Name in keyof ConversationChoices]: ConversationChoices[Name] | null },
) {
  const { open } = getState();
  const before = open.chosen;
  const chosen: ConversationChoices = Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined),
  );
  setState({ open: { ...open, chosen } });
  keepLast(chosen);
  if (open.id === null) return;
  try {
    const saved = await server.choose(open.id, chosen);
    put(open.id, saved.chosen ?? {});
  } catch (error) {
    put(open.id, before);
    keepLast(before);
    setState({ problem: problemOf(error) });
  }
}

function put(conversation: string, chosen: ConversationChoices): void {
  const { open } = getState();
  if (open.id === conversation) setState({ open: { ...open, chosen } });
}

/** The choices with which a new conversation begins: no persona is among them. */
export function lastChosen(): ConversationChoices {
  try {
    return JSON.parse(localStorage.getItem(LAST) ?? '{}') ?? {};
  } catch {
    return {}; // Storage is blocked or holds something else.
  }
}

/** A new model, key or server in the settings counts for new conversations. */
export function forgetLastChosen(): void {
  keepLast({});
  const { open } = getState();
  const { persona } = open.chosen;
  if (open.id === null) setState({ open: { ...open, chosen: persona === undefined ? {} : { persona } } });
}

function keepLast({ persona: _, ...chosen }: ConversationChoices): void {
  try {
    if (Object.keys(chosen).length === 0) localStorage.removeItem(LAST);
    else localStorage.setItem(LAST, JSON.stringify(chosen));
  } catch {
    // Storage is blocked: the next conversation begins with the settings.
  }
}
