import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Pixels from the end that still count as at the end. */
const CLOSE = 32;

/**
 * Keeps a scrolled column at its end while it grows, as long as the person stays there. `away` tells that the person
 * scrolled elsewhere; `toEnd` brings them back.
 */
export function useStickToEnd(subject: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    stuck.current = true;
    setAway(false);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);

  // The elements change with the conversation, so the hook reads them after every drawing.
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  useLayoutEffect(() => setBox(scroller.current));

  useLayoutEffect(() => {
    if (!box || !content.current) return;
    let last = box.scrollTop;
    const scrolled = () => {
      const left = box.scrollHeight - box.scrollTop - box.clientHeight;
      if (left < CLOSE && box.scrollTop >= last) stuck.current = true;
      else if (box.scrollTop < last && left > 1) stuck.current = false;
      last = box.scrollTop;
      setAway(!stuck.current && left >= CLOSE);
    };
    const grown = () => {
      if (stuck.current) box.scrollTop = box.scrollHeight;
    };
    const sizes = new ResizeObserver(grown);
    sizes.observe(content.current);
    sizes.observe(box);
    box.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', scrolled);
    };
  }, [box]);

  // A new subject starts at its end.
  useLayoutEffect(toEnd, [subject, toEnd]);
  return { scroller, content, away, toEnd };
}
