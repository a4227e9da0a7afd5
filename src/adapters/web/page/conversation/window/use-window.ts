/**
 * The window over the turns of the open conversation. Only turns near to what a person sees are drawn, and asked for.
 * The rest of the log is as high as they are, so that its scroll bar leads to all of them.
 */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isIn, type Places, within } from '../../state/places/places.ts';
import { lookAt, readAround } from '../../state/places/read-turns.ts';
import { type OpenConversation, useStore } from '../../state/state.ts';
import { type Log, placesSeen, turnsInUse } from './log-places.ts';
import { type LogRow, rowsOf } from './rows.ts';
import { useHeights } from './use-heights.ts';

/** Turns that are drawn first. */
const FIRST = 8;
/** Screens above and below the one that is seen that are drawn at once. */
const SCREENS = 1.5;
/** Turns above and below that are drawn while nothing else is to do, so that the browser's search finds them. */
const AROUND = 50;
/** Turns drawn in one go then. */
const STEP = 4;
/** Turns above and below that stay drawn. */
const KEPT = 60;
/** Part of the screen that still shows what was read, after a step into a space. */
const LEFT = 0.1;
/** Time without scrolling until turns are asked for from which the person may scroll away, ms. */
const REST_MS = 80;

interface Drawn extends Places {
  visit: string;
}

export function useWindow(
  open: OpenConversation,
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): { rows: LogRow[]; enter: (space: HTMLElement, at: 'end' | 'beginning') => void } {
  const editing = useStore((state) => state.editing);
  const heights = useHeights(open.visit, content);
  const drawn = useRef<Drawn | undefined>(undefined);
  const inUse = useRef<string[]>([]);
  const [, redraw] = useState({});
  drawn.current = drawnAtFirst(open, drawn.current);
  const { from, to } = drawn.current ?? { from: 0, to: 0 };
  const rows = rowsOf(
    open,
    ({ seq, id }) =>
      open.whole === true || (seq >= from && seq < to) || id === editing || inUse.current.includes(id),
    heights,
  );

  const latest = useRef({ open, rows });
  latest.current = { open, rows };
  const check = useMemo(() => {
    const draw = (next: Places) => {
      const { current } = drawn;
      if (!current || (current.from === next.from && current.to === next.to)) return;
      drawn.current = { visit: current.visit, ...next };
      redraw({});
    };
    return createCheck(() => {
      const [box, column] = [scroller.current, content.current];
      const { open: now, rows: shown } = latest.current;
      if (!box || !column || !drawn.current || drawn.current.visit !== now.visit || now.whole) return;
      inUse.current = turnsInUse(column);
      return { log: { box, content: column, rows: shown }, open: now, drawn: drawn.current, draw };
    });
  }, []);

  // Every drawing may move what is seen.
  useEffect(check.soon);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    box.addEventListener('scroll', check.scrolled, { passive: true });
    return () => box.removeEventListener('scroll', check.scrolled);
  });
  useEffect(() => check.stop, []);
  const enter = useCallback((space: HTMLElement, at: 'end' | 'beginning') => {
    const box = scroller.current;
    if (!box) return;
    const { offsetTop: top, offsetHeight: height } = space;
    box.scrollTop =
      at === 'end' ? top + height - (1 - LEFT) * box.clientHeight : top - LEFT * box.clientHeight;
  }, []);
  return { rows, enter };
}

/** The last turns, or those around the one that was found. */
function drawnAtFirst(
  { visit, turns, found }: OpenConversation,
  before: Drawn | undefined,
): Drawn | undefined {
  if (before?.visit === visit) return before;
  const last = turns.at(-1)?.seq;
  if (last === undefined) return undefined;
  if (found) return { visit, from: found.seq - FIRST, to: found.seq + FIRST };
  return { visit, from: last - FIRST, to: Number.POSITIVE_INFINITY };
}

interface Now {
  log: Log;
  open: OpenConversation;
  drawn: Places;
  draw: (span: Places) => void;
}

/** Compares what is seen with what is drawn and held, and makes up for the difference. */
function createCheck(look: () => Now | undefined) {
  let frame = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;

  function check(): void {
    const now = look();
    if (!now) return;
    const { log, open, drawn, draw } = now;
    const seen = placesSeen(log, 0);
    const near = placesSeen(log, SCREENS);
    lookAt(open.visit, { from: seen.from - FIRST, to: seen.to + FIRST });
    const next = reached(drawn, near, seen, open);
    draw(next);
    askFor(near, seen, open);
    clearTimeout(idle);
    idle = setTimeout(grow, 0, now, next, seen);
  }

  /** Draws some more turns on both sides. */
  function grow({ open, draw }: Now, drawn: Places, seen: Places): void {
    const above = open.turns.findLast(({ seq }) => seq < drawn.from && seq >= seen.from - AROUND);
    const below = open.turns.find(({ seq }) => seq >= drawn.to && seq < seen.to + AROUND);
    if (above || below)
      draw({
        from: above ? above.seq - STEP + 1 : drawn.from,
        to: below ? below.seq + STEP : drawn.to,
      });
  }

  /** Asks for the turns that are seen, or will soon be. */
  function askFor(near: Places, seen: Places, { missing, turns }: OpenConversation): void {
    clearTimeout(rest);
    const above = within(missing, { from: near.from, to: seen.from }).at(-1);
    const below = within(missing, { from: seen.to, to: near.to })[0];
    const here = within(missing, seen)[0];
    const place = here
      ? Math.floor((here.from + here.to) / 2)
      : above
        ? above.to - 1
        : below && below.from + AROUND / 2 - 1;
    if (place === undefined) return;
    const isMoving = !turns.some(({ seq }) => isIn(seq, seen));
    if (isMoving) rest = setTimeout(readAround, REST_MS, place);
    else void readAround(place);
  }

  return {
    scrolled: check,
    soon() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(check);
    },
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(idle);
      clearTimeout(rest);
    },
  };
}

/** The turns to draw once these are near. */
function reached(drawn: Places, near: Places, seen: Places, { turns }: OpenConversation): Places {
  const touches = near.from <= drawn.to && near.to >= drawn.from;
  const [from, to] = touches
    ? [Math.min(near.from, drawn.from), Math.max(near.to, drawn.to)]
    : [near.from, near.to];
  const last = turns.at(-1)?.seq ?? 0;
  const end = Math.min(to, seen.to + KEPT);
  return {
    from: Math.max(from, seen.from - KEPT),
    // Turns that are added at the end are drawn, if the last one is.
    to: end > last ? Number.POSITIVE_INFINITY : end,
  };
}
