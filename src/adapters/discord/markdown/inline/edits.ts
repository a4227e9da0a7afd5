/** Edits of a paragraph: stretches of its text, each with another text in its place. */
import { FENCE, seam } from '../../../../chat/markdown/inline/fences.ts';

/** Replaces the text from `start` to `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Makes the edits. An edit that begins within an earlier one is left out. */
export function applyEdits(text: string, edits: Edit[]): string {
  if (edits.length === 0) return text;
  edits.sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  // Only the characters on which a seam depends: the end of a long text that grows is slow to read.
  let before = '';
  const add = (piece: string) => {
    if (piece === '') return;
    const sewn = seam(before, piece);
    pieces.push(sewn);
    before = sewn.length < FENCE.length ? (before + sewn).slice(-FENCE.length) : sewn;
  };
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) continue;
    add(text.slice(at, edit.start));
    add(edit.text);
    at = edit.end;
  }
  add(text.slice(at));
  return pieces.join('');
}
