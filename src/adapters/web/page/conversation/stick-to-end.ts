import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { createHolder, type Holder } from './window/hold-still.ts';

/** Pixels from the end that still count as at the end. */
const CLOSE = 32;

/**
 * Keeps a scrolled column at its end while it grows, as long as the person stays there. `away` tells that the person
 * scrolled elsewhere; `toEnd` brings them back, and `leave` leads away.
 */
export function useStickToEnd(subject: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const holder = useRef<Holder | null>(null);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    stuck.current = true;
    setAway(false);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);

  const leave = useCallback(() => {
    stuck.current = false;
  }, []);

  // The elements change with the conversation, so the hook reads them after every drawing.
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  useLayoutEffect(() => setBox(scroller.current));

  useLayoutEffect(() => {
    if (!box || !content.current) return;
    const held = createHolder(box, content.current);
    holder.current = held;
    let last = box.scrollTop;
    const look = () => (stuck.current ? held.forget() : held.look());
    const scrolled = () => {
      const left = box.scrollHeight - box.scrollTop - box.clientHeight;
      if (left < CLOSE && box.scrollTop >= last) stuck.current = true;
      else if (box.scrollTop < last && left > 1) stuck.current = false;
      last = box.scrollTop;
      setAway(!stuck.current && left >= CLOSE);
      look();
    };
    const grown = () => {
      if (stuck.current) box.scrollTop = box.scrollHeight;
      else held.hold();
      look();
    };
    // The browser scrolls step by step, and growth between two steps must not bring the person back.
    const wheeled = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0 && box.scrollTop > 0) stuck.current = false;
    };
    const pressed = keysOf(box, { leave, toEnd });
    const sizes = new ResizeObserver(grown);
    sizes.observe(content.current);
    sizes.observe(box);
    box.addEventListener('scroll', scrolled, { passive: true });
    box.addEventListener('wheel', wheeled, { passive: true });
    box.addEventListener('keydown', pressed);
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', scrolled);
      box.removeEventListener('wheel', wheeled);
      box.removeEventListener('keydown', pressed);
    };
  }, [box]);

  // A drawing may change what stands above without a change of the whole height.
  useLayoutEffect(() => {
    if (stuck.current) return holder.current?.forget();
    holder.current?.hold();
    holder.current?.look();
  });

  // A new subject starts at its end.
  useLayoutEffect(toEnd, [subject, toEnd]);
  return { scroller, content, away, toEnd, leave };
}

const isUpKey = ({ key, shiftKey }: KeyboardEvent) =>
  ['Home', 'PageUp', 'ArrowUp'].includes(key) || (key === ' ' && shiftKey);

/** Up keys leave the end. Home and End lead there at once. */
function keysOf(box: HTMLElement, { leave, toEnd }: { leave: () => void; toEnd: () => void }) {
  return (event: KeyboardEvent) => {
    if (event.target !== box || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isUpKey(event) && box.scrollTop > 0) leave();
    if (event.key !== 'Home' && event.key !== 'End') return;
    // The browser would take many steps, and end beside its aim when turns are drawn meanwhile.
    event.preventDefault();
    if (event.key === 'Home') box.scrollTo({ top: 0 });
    else toEnd();
  };
}
