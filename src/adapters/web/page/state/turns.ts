/** The shown turns of the open conversation, always in order and without gaps. */
import type { TurnView } from '../../api.ts';
import { getState, setState } from './state.ts';

/** Number of changes made here. Data read from the server before a change is out of date. */
let edits = 0;
export const editsSoFar = () => edits;

/** Adds a turn at the end, or replaces its older version. False where other turns belong between. */
export function putTurn(conversation: string, turn: TurnView): boolean {
  const { open } = getState();
  if (open.id !== conversation) return true;
  const isKnown = open.turns.some(({ id }) => id === turn.id);
  const next = (open.turns.at(-1)?.seq ?? -1) + 1;
  if (!isKnown && turn.seq !== next) return false;
  const others = open.turns.filter(({ id }) => id !== turn.id);
  edits++;
  setState({ open: { ...open, turns: [...others, turn].sort((a, b) => a.seq - b.seq) } });
  return true;
}

export function takeOut(conversation: string, id: string): void {
  const { open } = getState();
  if (open.id !== conversation) return;
  edits++;
  setState({ open: { ...open, turns: open.turns.filter((each) => each.id !== id) } });
}

export function changeTurn(conversation: string, id: string, change: Partial<TurnView>): void {
  const { open } = getState();
  if (open.id !== conversation) return;
  // A growing answer does not make earlier reads out of date.
  if (change.live !== undefined) edits++;
  setState({
    open: { ...open, turns: open.turns.map((each) => (each.id === id ? { ...each, ...change } : each)) },
  });
}

interface TurnsPart {
  branch?: string | undefined;
  turns: TurnView[];
  /** Whether there are turns before the first one. */
  more: boolean;
}

/**
 * The newest turns, after the earlier ones already shown; without these if there is a gap. The text of a live
 * answer stays, and its steps.
 */
export function merge(before: TurnsPart, read: TurnsPart): TurnsPart {
  // Turns of two branches are never mixed.
  const { branch } = read;
  const shown = before.branch === undefined || before.branch === branch ? before : { turns: [], more: false };
  const [first] = read.turns;
  if (!first || !read.more) return { branch, turns: read.turns.map(asShown), more: false };
  const touches = shown.turns.some(({ seq }) => seq >= first.seq - 1);
  const earlier = touches ? shown.turns.filter(({ seq }) => seq < first.seq) : [];
  return {
    branch,
    turns: [...earlier, ...read.turns.map(asShown)],
    more: earlier.length > 0 ? shown.more : read.more,
  };

  function asShown(turn: TurnView): TurnView {
    const before = shown.turns.find(({ id }) => id === turn.id);
    if (!turn.live || !before?.live) return turn;
    return { ...turn, answer: before.answer, ...(before.steps && { steps: before.steps }) };
  }
}

/** The turn that is being answered, or else the next one. */
export function liveTurn(turns: TurnView[]): TurnView | undefined {
  return turns.find(({ live, waits }) => live && !waits) ?? turns.find(({ live }) => live);
}
