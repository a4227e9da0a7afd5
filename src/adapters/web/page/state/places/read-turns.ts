/** Reads the turns that the page holds: those near to what a person reads, and the newest. */
import type { TurnsPage } from '../../../api.ts';
import { backOff } from '../../connection/back-off.ts';
import { ServerError, server } from '../../connection/server.ts';
import { showsBranch } from '../../connection/shown-branch.ts';
import { problemOf } from '../problem.ts';
import { getState, type OpenConversation, setState } from '../state.ts';
import { editsSoFar, type HeldTurns, merge, withoutTurns } from '../turns.ts';
import { EVERYWHERE, isIn, type Places, within } from './places.ts';

/** Turns above which some are let go. */
const MOST_HELD = 400;
/** Turns on each side of what is read that stay then, and the newest ones. */
const KEPT = 100;
/** Turns of a page, as the server gives them. */
const PAGE = 50;
/** Pages that one reload reads of the places that are looked at. */
const MOST_PAGES = 4;

/** The places that a person looks at, with some around them. */
let looked: { visit: string; near: Places } | undefined;
export function lookAt(visit: string, near: Places): void {
  looked = { visit, near };
}

/** A page of turns, and the place that it was asked for. */
interface PageRead {
  page: TurnsPage;
  before: number | undefined;
}

/** Reads the newest turns of a conversation again, and those that a person looks at. */
export async function readAsShown(id: string): Promise<PageRead[]> {
  const page = await server.read(id);
  const { open } = getState();
  const pages: PageRead[] = [{ page, before: undefined }];
  if (open.id !== id) return pages;
  showsBranch(id, page.conversation.shown);
  const read = async (before: number) => pages.push({ page: await server.read(id, before), before });
  const near = looked?.visit === open.visit ? looked.near : { from: 0, to: 0 };
  for (let count = 0; count < MOST_PAGES; count++) {
    const left = within(mergeAll(open, pages).missing, near).at(-1);
    if (!left) break;
    await read(left.to);
  }
  const first = page.turns[0]?.seq ?? 0;
  for (const { seq } of open.turns.filter((turn) => turn.live && turn.seq < first && !isIn(turn.seq, near)))
    await read(seq + 1);
  return pages;
}

/** The turns of these pages, and no others. */
export const mergeAll = (held: OpenConversation, pages: PageRead[]): HeldTurns =>
  pages.reduce<HeldTurns>(
    (merged, { page, before }) => merge(merged, page, before),
    withoutTurns<HeldTurns>(held, EVERYWHERE),
  );

/** The place that is read next. Of several, only the last one counts: the person has scrolled on. */
let wanted: number | undefined;
let isReading = false;

/** Reads the turns around a place of the open conversation, unless they are held. */
export async function readAround(place: number): Promise<void> {
  wanted = place;
  if (isReading) return;
  isReading = true;
  for (let failures = 0; wanted !== undefined; ) {
    const next: number = wanted;
    wanted = undefined;
    const outcome = await readPage(next);
    failures = outcome === 'failed' ? failures + 1 : 0;
    if (outcome === 'read') continue;
    if (failures > 0) await new Promise((resolve) => setTimeout(resolve, backOff(failures)));
    wanted ??= next;
  }
  isReading = false;
}

/** `failed`: it may work in a moment. `old`: it tells of what was before a change. */
async function readPage(place: number): Promise<'read' | 'failed' | 'old'> {
  const { open } = getState();
  const span = open.missing.find((one) => isIn(place, one));
  if (!span || open.id === null) return 'read';
  // The place is in the middle of the page, unless more is read with it elsewhere.
  const before = Math.min(span.to, Math.max(place + PAGE / 2, span.from + PAGE));
  const edits = editsSoFar();
  try {
    const page = await server.read(open.id, before);
    const now = getState().open;
    if (now.visit !== open.visit || now.branch !== page.conversation.shown) return 'read';
    if (edits !== editsSoFar()) return 'old';
    setState({ open: letGo({ ...now, ...merge(now, page, before) }, place) });
    return 'read';
  } catch (error) {
    if (getState().open.visit !== open.visit) return 'read';
    setState({ problem: problemOf(error) });
    return error instanceof ServerError && error.isPassing ? 'failed' : 'read';
  }
}

/** Lets turns go that are far from a place, if there are many. */
function letGo(open: OpenConversation, place: number): OpenConversation {
  if (open.turns.length <= MOST_HELD) return open;
  const newest = open.turns.at(-KEPT)?.seq ?? 0;
  const above = withoutTurns(open, { from: EVERYWHERE.from, to: Math.min(newest, place - KEPT) });
  return withoutTurns(above, { from: place + KEPT, to: newest });
}

/** Holds and draws all turns of the open conversation, to be printed. */
export function openWhole(): void {
  const { open } = getState();
  if (open.id === null) return;
  let whole: OpenConversation = { ...open, whole: true };
  for (let last = whole.missing.at(-1); last; last = whole.missing.at(-1)) {
    const page = server.readAtOnce(open.id, last.to);
    if (!page) break;
    whole = { ...whole, ...merge(whole, page, last.to) };
  }
  setState({ open: whole });
}

/** Draws what is near again, after a print. */
export function closeWhole(): void {
  const { whole, ...open } = getState().open;
  if (whole) setState({ open });
}
