/** Left out when an answer is read aloud: code, buttons, and what screen readers pass over too. */
const UNSAID = '.code-block, pre, figure, button, svg, math, sup, [aria-hidden="true"], .visually-hidden';
const BLOCKS = 'p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote, dt, dd, summary';

/** Chromium's voices fall silent in a longer utterance (https://issues.chromium.org/issues/41294170). */
const LONGEST = 200;

/** The text of an answer as it is spoken, in parts that a voice takes. */
export function spokenParts(answer: Element): string[] {
  const copy = answer.cloneNode(true);
  if (!(copy instanceof Element)) return [];
  for (const unsaid of copy.querySelectorAll(UNSAID)) unsaid.remove();
  // Each block ends a sentence, also without a full stop.
  for (const block of copy.querySelectorAll(BLOCKS)) block.append('\n');
  return (copy.textContent ?? '')
    .split('\n')
    .flatMap(inParts)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** Cuts after sentences, or else between words. */
function inParts(line: string): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST);
    const sentence = Math.max(...['. ', '! ', '? ', '。', '！', '？'].map((end) => head.lastIndexOf(end)));
    const at = sentence > 0 ? sentence + 1 : head.lastIndexOf(' ') > 0 ? head.lastIndexOf(' ') : LONGEST;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}
