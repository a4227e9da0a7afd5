/** Typesets the formulas of the page one after another, so that many of them never hold it up. */
import { typeset } from './typeset.ts';

/** Time of one task, ms. The last formula of a task may take longer (typeset.ts), and the browser lays all of them out. */
const SLICE_MS = 5;
/** Most formulas kept. One that is drawn again is there at once. */
const MOST_KEPT = 1_000;

interface Waiting {
  tex: string;
  display: boolean;
  tell: (math: Element | null) => void;
}

const waiting = new Set<Waiting>();
const kept = new Map<string, Element | null>();
let isBusy = false;

const keyOf = ({ tex, display }: Pick<Waiting, 'tex' | 'display'>) => `${display ? 'd' : 'i'}${tex}`;

/** A formula that was typeset before. Undefined: it was not; null: it cannot be read. */
export function keptFormula(tex: string, display: boolean): Element | null | undefined {
  const math = kept.get(keyOf({ tex, display }));
  return math ? copyOf(math) : math;
}

/** Tells of the formula once it is typeset. Returns a function that takes it out of the line. */
export function typesetInTurn(formula: Waiting): () => void {
  waiting.add(formula);
  begin();
  return () => waiting.delete(formula);
}

function begin(): void {
  if (isBusy || waiting.size === 0) return;
  isBusy = true;
  setTimeout(() => {
    isBusy = false;
    const begun = performance.now();
    for (const formula of waiting) {
      waiting.delete(formula);
      formula.tell(typesetOnce(formula));
      if (performance.now() - begun > SLICE_MS) break;
    }
    begin();
  });
}

function typesetOnce({ tex, display }: Waiting): Element | null {
  const before = keptFormula(tex, display);
  if (before !== undefined) return before;
  const math = typeset(tex, display);
  for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT + 1))) kept.delete(oldest);
  kept.set(keyOf({ tex, display }), math);
  return math && copyOf(math);
}

function copyOf(math: Element): Element | null {
  const copy = math.cloneNode(true);
  return copy instanceof Element ? copy : null;
}
