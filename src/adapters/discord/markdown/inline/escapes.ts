/** Escapes signs that mean something to Discord, though Markdown has no such mark there. */
import type { Atom } from '../../../../chat/markdown/inline/reading.ts';
import type { Edit } from './edits.ts';

const PIPES = /\|{2,}/g;
export const escapePipes = (text: string) => text.replace(PIPES, (run) => '\\|'.repeat(run.length));

/**
 * Escapes double pipes. On Discord they begin a spoiler that hides text up to the next two; models mean "or",
 * or a table.
 */
export function escapeSpoilers(text: string, atoms: readonly Atom[]): Edit[] {
  if (!text.includes('||')) return [];
  return besides(text, atoms, PIPES).map(({ start, end }) => ({
    start,
    end,
    text: escapePipes(text.slice(start, end)),
  }));
}

const LINK_END = /\]\(/g;
const LINK_START = /\[/g;

/**
 * Escapes brackets that are no link in CommonMark. Discord's links allow any white space and title around an address,
 * and Discord reads brackets in code as a link, too.
 */
export function escapeLooseLinks(text: string, atoms: readonly Atom[]): Edit[] {
  if (!text.includes('](')) return [];
  const ends = besides(text, atoms, LINK_END).map(({ end }) => end - 1);
  const escaped = atoms.filter((one) => one.inner === ']' && text[one.end] === '(').map(({ end }) => end);
  const isInCode = atoms.some(({ kind, inner }) => kind === 'code' && inner.includes(']('));
  const starts = isInCode ? besides(text, atoms, LINK_START).map(({ start }) => start) : [];
  return [...ends, ...escaped, ...starts].map((at) => ({ start: at, end: at, text: '\\' }));
}

/** Matches of the pattern outside the atoms. */
function besides(text: string, atoms: readonly Atom[], pattern: RegExp): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let from = 0;
  for (const { start, end } of [...atoms, { start: text.length, end: text.length }]) {
    for (const { 0: run, index } of text.slice(from, start).matchAll(pattern)) {
      found.push({ start: from + index, end: from + index + run.length });
    }
    from = end;
  }
  return found;
}
