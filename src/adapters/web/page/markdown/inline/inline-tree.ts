/** Builds the tree from the pieces that the inline parser found. */
import { type DelimiterRun, openAll, pairRuns } from './emphasis.ts';
import type { InlineNode, MarkTag } from './inline-nodes.ts';

export type Piece = InlineNode | DelimiterRun;

/** Deepest nesting of marks; deeper ones are dropped, since nobody writes them and the browser's stack is limited. */
const DEEPEST = 40;

/** @param growing unclosed marks extend to the end */
export function treeOf(pieces: Piece[], growing: boolean): InlineNode[] {
  const runs = pieces.filter((piece) => piece.type === 'run');
  pairRuns(runs);
  if (growing) runs.forEach(openAll);
  const root: InlineNode[] = [];
  const levels: InlineNode[][] = [root];
  for (const piece of pieces) {
    if (piece.type !== 'run') {
      add(levels, piece);
      continue;
    }
    for (let count = piece.closing.length; count > 0 && levels.length > 1; count--) levels.pop();
    if (piece.left > 0) add(levels, { type: 'text', text: piece.mark.repeat(piece.left) });
    for (const tag of piece.opening.toReversed()) levels.push(begin(levels, tag));
  }
  return root;
}

function begin(levels: InlineNode[][], tag: MarkTag): InlineNode[] {
  const above = levels.at(-1) ?? [];
  if (levels.length > DEEPEST) return above;
  const children: InlineNode[] = [];
  above.push({ type: 'mark', tag, children });
  return children;
}

/** Adds a node; adjacent texts become one. */
function add(levels: InlineNode[][], node: InlineNode): void {
  const nodes = levels.at(-1) ?? [];
  const last = nodes.at(-1);
  if (node.type === 'text' && node.text === '') return;
  if (last?.type === 'text' && node.type === 'text')
    nodes[nodes.length - 1] = { type: 'text', text: last.text + node.text };
  else nodes.push(node);
}
