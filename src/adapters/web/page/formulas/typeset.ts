/** Typesets formulas in TeX as MathML, which browsers draw and screen readers read (MathML Core). */
import temml from 'temml';

/**
 * Words that define macros. A few of them, one using the other, can grow into millions of symbols, so a formula with one
 * stays as it was written.
 */
const DEFINES = /\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand)(?![a-zA-Z])/;
/** Braces within braces, beyond which a formula is no formula. Each is a call of the parser within another. */
const DEEPEST = 50;
/** Longest formula, in UTF-16 units. It and the next two bound the time of one formula to 50 ms (measured in Chromium). */
const LONGEST = 1_500;
/** Most groups, scripts, primes, cells and rows. */
const MOST_MARKS = 300;
/** Most nodes of the result, since each is laid out, nested ones more than once. */
const MOST_NODES = 1_200;
const MATHML = 'http://www.w3.org/1998/Math/MathML';
/** Attributes that fetch, run or name anything. The library writes none without `trust`. */
const UNSAFE = /^(?:on|href$|xlink|src$|style$|id$|action|data)/i;

/** @param tex without its delimiters. Null: it cannot be read as a formula */
export function typeset(tex: string, display: boolean): Element | null {
  if (isTooMuch(tex)) return null;
  const box = document.createElement('span');
  try {
    temml.render(tex, box, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxExpand: 200,
      // In em and in points: no rule or space is larger than a small page.
      maxSize: [20, 200],
    });
  } catch {
    return null;
  }
  const math = box.firstElementChild;
  return math && isHarmless(math) ? math : null;
}

function isTooMuch(tex: string): boolean {
  if (tex.length > LONGEST || DEFINES.test(tex) || depthOf(tex) > DEEPEST) return true;
  return (tex.match(/[{^_&'\u2019]|\\(?:\\|cr(?![a-zA-Z]))/g)?.length ?? 0) > MOST_MARKS;
}

function isHarmless(math: Element): boolean {
  const nodes = [math, ...math.querySelectorAll('*')];
  return (
    nodes.length <= MOST_NODES &&
    nodes.every(
      (node) =>
        node.namespaceURI === MATHML &&
        // Styles that the library sets are properties of its own choice, with sizes that `maxSize` bounds.
        [...node.attributes].every(({ name, value }) =>
          name === 'style' ? !/url|expression/i.test(value) : !UNSAFE.test(name),
        ),
    )
  );
}

function depthOf(tex: string): number {
  let [depth, deepest] = [0, 0];
  for (const [, brace] of tex.matchAll(/([{}]|\\(?:left|right|begin|end)(?![a-zA-Z]))/g)) {
    depth += brace === '{' || brace === '\\left' || brace === '\\begin' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
