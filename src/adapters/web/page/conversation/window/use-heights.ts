import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Heights } from './rows.ts';

/** Height of a turn of which nothing is known, px. */
const GUESS = 200;
/** Turns that tell how high one usually is. The figure then stays, so that the length of the log does. */
const ENOUGH = 5;

/** Measures the turns that are drawn, and remembers the heights of those that were. */
export function useHeights(visit: string, content: RefObject<HTMLElement | null>): Heights {
  const heights = useMemo<Heights & { isKnown: boolean }>(
    () => ({ of: new Map(), usual: GUESS, isKnown: false }),
    [visit],
  );
  const [, redraw] = useState({});
  const latest = useRef(heights);
  latest.current = heights;
  const observer = useRef<{ sizes: ResizeObserver; seen: Set<Element>; width: number } | null>(null);

  useLayoutEffect(() => {
    const seen = new Set<Element>();
    const measure = (entries: ResizeObserverEntry[]) => {
      const { current } = observer;
      const known = latest.current;
      for (const { target, borderBoxSize, contentRect } of entries) {
        // Turns that are laid out anew have other heights, and nobody knows which.
        if (current && current.width !== contentRect.width) known.of.clear();
        if (current) current.width = contentRect.width;
        const id = target instanceof HTMLElement ? target.dataset.row : undefined;
        const height = borderBoxSize[0]?.blockSize ?? 0;
        if (id !== undefined && height > 0) known.of.set(id, height);
      }
      if (known.isKnown || known.of.size < ENOUGH) return;
      known.usual = [...known.of.values()].reduce((sum, one) => sum + one, 0) / known.of.size;
      known.isKnown = true;
      // A change of sizes at once would be a loop of the observer.
      requestAnimationFrame(() => redraw({}));
    };
    observer.current = { sizes: new ResizeObserver(measure), seen, width: -1 };
    return () => observer.current?.sizes.disconnect();
  }, []);

  useEffect(() => {
    const { current } = observer;
    if (!current || !content.current) return;
    const drawn = new Set(content.current.querySelectorAll(':scope > [data-row]'));
    for (const element of current.seen) {
      if (drawn.has(element)) continue;
      current.sizes.unobserve(element);
      current.seen.delete(element);
    }
    for (const element of drawn) {
      if (current.seen.has(element)) continue;
      current.sizes.observe(element);
      current.seen.add(element);
    }
  });
  return heights;
}
