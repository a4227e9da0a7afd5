import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Within so many pixels of the end counts as at the end. */
const CLOSE = 32;

/**
 * Keeps a scrolled column at its end while it grows, for as long as the person stays there. `away` says that
 * they are elsewhere; `toEnd` brings them back.
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

  // The elements come and go with the conversation, so they are looked at after every drawing.
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

  // Another subject begins at its end.
  useLayoutEffect(toEnd, [subject, toEnd]);
  return { scroller, content, away, toEnd };
}
