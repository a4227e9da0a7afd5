/** The turns of the open conversation that the page holds, always in order. */
import type { TurnsPage, TurnView } from '../../api.ts';
import { EVERYWHERE, isIn, type Places, without, withSpan } from './places/places.ts';
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

/** Turns that are held, in order. `missing` are the places between them whose turns are not. */
export interface HeldTurns {
  branch?: string | undefined;
  turns: TurnView[];
  missing: Places[];
}

/**
 * The turns held before, with those of a page in place of their older versions. The text of a live answer stays, and
 * its steps.
 * @param before the place that the page was asked for; undefined: the newest turns
 */
export function merge(held: HeldTurns, page: TurnsPage, before?: number): HeldTurns {
  const branch = page.conversation.shown;
  // Turns of two branches are never mixed.
  const isSame = held.branch === undefined || held.branch === branch;
  const known = isSame ? held : { turns: [], missing: [] };
  const [first] = page.turns;
  const from = page.more && first ? first.seq : EVERYWHERE.from;
  const read = { from, to: before ?? EVERYWHERE.to };
  // There may be turns after the last one that is known.
  const end = Math.max(page.first, (known.turns.at(-1)?.seq ?? -1) + 1);
  const missing = withSpan(known.missing, { from: end, to: Math.max(from, before ?? 0) });
  const live = new Map(held.turns.filter((turn) => turn.live).map((turn) => [turn.id, turn]));
  return {
    branch,
    turns: [
      ...known.turns.filter(({ seq }) => seq < read.from),
      ...page.turns.map((turn) => asShown(turn, live.get(turn.id))),
      ...known.turns.filter(({ seq }) => seq >= read.to),
    ],
    missing: without(without(missing, read), { from: EVERYWHERE.from, to: page.first }),
  };
}

function asShown(turn: TurnView, before: TurnView | undefined): TurnView {
  if (!turn.live || !before) return turn;
  return { ...turn, answer: before.answer, ...(before.steps && { steps: before.steps }) };
}

/** The held turns but for those at the places of `dropped`, which can be read again. Live ones stay. */
export function withoutTurns<T extends HeldTurns>(held: T, dropped: Places): T {
  const isDropped = ({ seq, live }: TurnView) => !live && isIn(seq, dropped);
  const gone = held.turns.filter(isDropped);
  const missing = gone.reduce((spans, { seq }) => withSpan(spans, { from: seq, to: seq + 1 }), held.missing);
  return { ...held, missing, turns: held.turns.filter((turn) => !isDropped(turn)) };
}

/** The turn that is being answered, or else the next one. */
export function liveTurn(turns: TurnView[]): TurnView | undefined {
  return turns.find(({ live, waits }) => live && !waits) ?? turns.find(({ live }) => live);
}
