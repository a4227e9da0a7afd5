/**
 * Renders a markdown block's text as people see it. Slack says "standard Markdown" (docs.slack.dev, markdown block).
 * Here that means CommonMark 0.31 for marks (6.2), code (6.1) and escapes (2.4), and GFM strikethrough (6.5) with
 * one tilde or two.
 */

interface Run {
  kind: string;
  /** Number of marks not used yet. */
  count: number;
  opens: boolean;
  closes: boolean;
}

const PUNCTUATION = /[\p{P}\p{S}]/u;

/** The visible text, paragraph by paragraph. Marks without meaning and code blocks stay as they are. */
export function seen(markdown: string): string {
  const blocks = markdown.split(/(^ {0,3}```[^\n]*\n[\s\S]*?^ {0,3}```[ \t]*$)/m);
  return blocks
    .map((block, index) =>
      index % 2 === 1
        ? code(block)
        : block
            .split(/(\n\s*\n)/)
            .map(inline)
            .join(''),
    )
    .join('')
    .replaceAll('\u200b', '');
}

function code(block: string): string {
  return block.split('\n').slice(1, -1).join('\n');
}

function inline(text: string): string {
  const pieces: (string | Run)[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const escaped = /^\\[!-/:-@[-`{-~]/.exec(rest);
    const span = /^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/.exec(rest);
    const run = /^(?:\*+|~+)/.exec(rest)?.[0];
    if (escaped) pieces.push(escaped[0].slice(1));
    else if (span) pieces.push((span[2] ?? '').trim());
    else if (run) pieces.push(runOf(run, beforeOf(text, at), afterOf(text, at + run.length)));
    else pieces.push(text[at] ?? '');
    at += escaped?.[0].length ?? span?.[0].length ?? run?.length ?? 1;
  }
  pair(pieces.filter((piece) => typeof piece !== 'string'));
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.kind.repeat(piece.count))).join('');
}

const beforeOf = (text: string, at: number) => [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
const afterOf = (text: string, at: number) => [...text.slice(at, at + 2)][0] ?? ' ';

/** CommonMark 6.2: left-flanking runs open, right-flanking ones close. */
function runOf(run: string, before: string, after: string): Run {
  const isSpace = (character: string) => /\s/.test(character);
  const opens = !isSpace(after) && (!PUNCTUATION.test(after) || isSpace(before) || PUNCTUATION.test(before));
  const closes = !isSpace(before) && (!PUNCTUATION.test(before) || isSpace(after) || PUNCTUATION.test(after));
  return { kind: run[0] ?? '', count: run.length, opens, closes };
}

function pair(runs: Run[]): void {
  for (const [index, closer] of runs.entries()) {
    if (!closer.closes) continue;
    for (let at = index - 1; at >= 0 && closer.count > 0; ) {
      const opener = runs[at];
      const isTilde = closer.kind === '~';
      const fits = opener?.opens && opener.kind === closer.kind && opener.count > 0;
      if (!opener || !fits || (isTilde && (opener.count !== closer.count || closer.count > 2))) {
        at--;
        continue;
      }
      const used = isTilde ? closer.count : opener.count >= 2 && closer.count >= 2 ? 2 : 1;
      opener.count -= used;
      closer.count -= used;
    }
  }
}
