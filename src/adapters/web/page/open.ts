import type { TurnView } from '../api.ts';
import { readRoute, setRoute } from './route.ts';
import { ServerError, sentenceOf, server } from './server.ts';
import { freshConversation, getState, setState } from './state.ts';

/** Reads what the page needs to begin, then opens what the address names. */
export async function load(): Promise<void> {
  setState({ stage: 'loading', problem: null });
  try {
    const { conversations, settings, limits } = await server.state();
    setState({ stage: 'ready', conversations: latestFirst(conversations), settings, limits });
    openRoute();
  } catch (error) {
    setState({ stage: 'failed', problem: sentenceOf(error) });
  }
}

/** Opens what the address names. */
export function openRoute(): void {
  const route = readRoute();
  const latest = getState().conversations[0];
  if (route.at === 'conversation') show(route.id);
  else if (route.at === 'start' && latest) {
    setRoute(latest.id, true);
    show(latest.id);
  } else showFresh();
}

export function openConversation(id: string): void {
  setRoute(id);
  setState({ panelOpen: false });
  if (getState().open.id !== id) show(id);
}

export function openNew(): void {
  setRoute(null);
  setState({ panelOpen: false });
  showFresh();
}

function showFresh(problem: string | null = null): void {
  setState({ open: freshConversation(), problem });
}

/** Reads a conversation and shows it. */
export async function show(id: string): Promise<void> {
  const visited = { ...freshConversation(), id, loading: true };
  setState({ open: visited, problem: null });
  try {
    const { turns, more } = await server.read(id);
    const { open } = getState();
    if (open.visit === visited.visit)
      setState({ open: { ...open, turns: merge(open.turns, turns), more, loading: false } });
  } catch (error) {
    if (getState().open.visit !== visited.visit) return;
    if (error instanceof ServerError && error.status === 404) return gone(id);
    setState({ open: { ...visited, loading: false, failure: sentenceOf(error) } });
  }
}

function gone(id: string): void {
  setRoute(null, true);
  showFresh('That conversation is not here any more. You can start a new one.');
  setState({ conversations: getState().conversations.filter((each) => each.id !== id) });
}

/** Reads the newest turns of the open conversation again. False when the server could not be reached. */
export async function reload(id: string): Promise<boolean> {
  try {
    const { turns } = await server.read(id);
    const { open } = getState();
    if (open.id === id) setState({ open: { ...open, turns: merge(open.turns, turns) } });
    return true;
  } catch (error) {
    const { open } = getState();
    if (open.id === id && error instanceof ServerError && error.status === 404) {
      gone(id);
      return true;
    }
    return false;
  }
}

/** Reads the page of turns before the first that is shown. */
export async function openEarlier(): Promise<void> {
  const { open } = getState();
  const first = open.turns[0];
  if (open.id === null || !first || open.loading) return;
  setState({ open: { ...open, loading: true }, problem: null });
  const settle = (change: { turns: TurnView[]; more: boolean }) => {
    const now = getState().open;
    if (now.visit !== open.visit) return;
    setState({ open: { ...now, turns: [...change.turns, ...now.turns], more: change.more, loading: false } });
  };
  try {
    settle(await server.read(open.id, first.seq));
  } catch (error) {
    settle({ turns: [], more: open.more });
    setState({ problem: sentenceOf(error) });
  }
}

/** Adds a turn in its place, or puts it in place of its older self. */
export function putTurn(conversation: string, turn: TurnView): void {
  const { open } = getState();
  if (open.id !== conversation) return;
  const others = open.turns.filter((each) => each.id !== turn.id && each.seq !== turn.seq);
  setState({ open: { ...open, turns: [...others, turn].sort((a, b) => a.seq - b.seq) } });
}

/** Reads titles and order of the conversations again; a failure leaves them as they are. */
export async function refreshConversations(): Promise<void> {
  try {
    const { conversations, settings } = await server.state();
    setState({ conversations: latestFirst(conversations), settings });
  } catch {
    // What is shown is merely older; the next call will say what is wrong.
  }
}

/** Reads again what may have changed elsewhere while this page was out of sight. */
export function catchUp(): void {
  const { stage, open } = getState();
  if (document.visibilityState !== 'visible' || stage !== 'ready') return;
  refreshConversations();
  if (open.id !== null && !open.loading && !open.turns.some((turn) => turn.live)) reload(open.id);
}

/** The newest turns as read, after the earlier ones already shown. What of a live answer came stays. */
function merge(shown: TurnView[], read: TurnView[]): TurnView[] {
  const first = read[0]?.seq ?? Number.POSITIVE_INFINITY;
  const answers = new Map(shown.map((turn) => [turn.id, turn.answer]));
  const newest = read.map((turn) =>
    turn.live ? { ...turn, answer: answers.get(turn.id) ?? turn.answer } : turn,
  );
  return [...shown.filter((turn) => turn.seq < first), ...newest];
}

function latestFirst<T extends { at: number }>(conversations: T[]): T[] {
  return conversations.toSorted((a, b) => b.at - a.at);
}
