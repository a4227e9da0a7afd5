import { useEffect, useRef, useState } from 'preact/hooks';
import { type Blocks, NOTHING, readBlocks } from './blocks.ts';

/** Time in one task that all answers of the page together may spend on reading, ms. */
const BUDGET_MS = 12;
/** Stretches of one answer drawn at once; drawing takes several times as long as reading. */
const MOST_STRETCHES = 2;

/** Most UTF-16 units that can be read again without a noticeable delay. */
const SHORT = 8_000;

/** When reading began in the current task. */
let begun: number | null = null;

function isOver(): boolean {
  if (begun === null) {
    begun = performance.now();
    setTimeout(() => {
      begun = null;
    });
  }
  return performance.now() - begun > BUDGET_MS;
}

/** The blocks of a text. A long text gets more blocks with each drawing, so that the page stays usable. */
export function useBlocks(text: string, growing: boolean): Blocks {
  const [, redraw] = useState({});
  const known = useRef<{ blocks: Blocks; growing: boolean }>({ blocks: NOTHING, growing: false });
  const { blocks, growing: wasGrowing } = known.current;
  const isRead = blocks.isWhole && blocks.text === text && wasGrowing === growing;
  if (!isRead) {
    const isPutOff = isOver() && blocks.text === '';
    let stretches = 0;
    const isEnough = () => ++stretches >= MOST_STRETCHES || isOver();
    // A finished short text is read again as a whole, so that it looks the same after a reload.
    const before = growing || text.length > SHORT ? blocks : NOTHING;
    known.current = {
      blocks: isPutOff ? { ...NOTHING, isWhole: false } : readBlocks(text, growing, before, isEnough),
      growing,
    };
  }
  const now = known.current.blocks;
  useEffect(() => {
    if (now.isWhole) return;
    const timer = setTimeout(() => redraw({}));
    return () => clearTimeout(timer);
  }, [now]);
  return now;
}
