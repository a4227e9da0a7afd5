import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { seenCode } from '../../../../core/text/unseen.ts';
import { watchWidth } from './watch-width.ts';

type Typesetter = typeof import('./typeset-in-turn.ts');

const PAIRS: [opener: string, closer: string][] = [
  ['$$', '$$'],
  ['\\[', '\\]'],
  ['\\(', '\\)'],
  ['$', '$'],
];

const DISPLAYED = /^\s*(?:\$\$|\\\[)/;

let loaded: Typesetter | null = null;

/**
 * A formula with its delimiters. `block`: it stands on lines of its own. Until it has ended and the typesetter is loaded, it is shown as it was written; so is one
 * that cannot be read.
 */
export function Formula({ text, block = false }: { text: string; block?: boolean }) {
  const tex = inside(text);
  const display = block || DISPLAYED.test(text);
  const math = useMath(tex, display);
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const box = place.current;
    if (!math || !box) return;
    box.replaceChildren(math);
    return watchWidth(box);
  }, [math]);
  if (math) return <span class={display ? 'formula display' : 'formula'} dir="ltr" ref={place} />;
  const source = seenCode(text);
  if (!block) {
    return (
      <code class="math" dir="ltr">
        {source}
      </code>
    );
  }
  return (
    <pre class="math" dir="ltr">
      <code>{source}</code>
    </pre>
  );
}

/** The formula, once it is typeset. @param tex null: it is not whole */
function useMath(tex: string | null, display: boolean): Element | null {
  const typesetter = useTypesetter(tex !== null);
  const [late, setLate] = useState<{ tex: string; math: Element | null } | null>(null);
  const kept = useMemo(
    () => (tex === null ? null : typesetter?.keptFormula(tex, display)),
    [tex, display, typesetter],
  );
  useEffect(() => {
    if (tex === null || !typesetter || kept !== undefined) return;
    return typesetter.typesetInTurn({ tex, display, tell: (math) => setLate({ tex, math }) });
  }, [tex, display, typesetter, kept]);
  return kept ?? (late?.tex === tex ? late.math : null);
}

/** The typesetter, once it is needed and loaded. If it cannot be loaded, formulas stay as they were written. */
function useTypesetter(isNeeded: boolean): Typesetter | null {
  const [typesetter, setTypesetter] = useState(loaded);
  useEffect(() => {
    if (!isNeeded || typesetter) return;
    let isGone = false;
    import('./typeset-in-turn.ts').then(
      (module) => {
        loaded = module;
        if (!isGone) setTypesetter(module);
      },
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, [isNeeded, typesetter]);
  return typesetter;
}

/** The formula without its delimiters; null while its end is missing. */
function inside(text: string): string | null {
  const written = text.trim();
  const pair = PAIRS.find(([opener]) => written.startsWith(opener));
  if (!pair) return null;
  const [opener, closer] = pair;
  const isClosed = written.length > opener.length + closer.length && written.endsWith(closer);
  return isClosed ? written.slice(opener.length, -closer.length) : null;
}
