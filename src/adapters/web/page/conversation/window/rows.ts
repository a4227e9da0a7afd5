/** The rows of the log: turns that are drawn, and spaces as high as the turns that are not. */
import type { TurnView } from '../../../api.ts';
import type { Places } from '../../state/places/places.ts';
import type { OpenConversation } from '../../state/state.ts';

export type LogRow = TurnRow | SpaceRow;

export interface TurnRow {
  turn: TurnView;
}

export interface SpaceRow {
  turn: null;
  parts: Part[];
  /** Pixels. */
  height: number;
  /** Whether some of its turns are not read yet. */
  isMissing: boolean;
}

/** Places beside each other, with the height of all of them. */
interface Part extends Places {
  height: number;
}

/** Heights of turns in pixels, as far as they are known. */
export interface Heights {
  of: Map<string, number>;
  /** The height of a turn that was not measured. */
  usual: number;
}

export function rowsOf(
  { turns, missing }: Pick<OpenConversation, 'turns' | 'missing'>,
  isDrawn: (turn: TurnView) => boolean,
  heights: Heights,
): LogRow[] {
  const rows: LogRow[] = [];
  const skip = (part: Part, isMissing: boolean) => {
    let space = rows.at(-1);
    if (!space || space.turn) {
      space = { turn: null, parts: [], height: 0, isMissing: false };
      rows.push(space);
    }
    space.parts.push(part);
    space.height += part.height;
    space.isMissing ||= isMissing;
  };
  let gap = 0;
  const skipGaps = (until: number) => {
    for (let span = missing[gap]; span && span.from < until; span = missing[++gap])
      skip({ ...span, height: (span.to - span.from) * heights.usual }, true);
  };
  for (const turn of turns) {
    const { seq, id } = turn;
    skipGaps(seq);
    if (isDrawn(turn)) rows.push({ turn });
    else skip({ from: seq, to: seq + 1, height: heights.of.get(id) ?? heights.usual }, false);
  }
  skipGaps(Number.POSITIVE_INFINITY);
  return rows;
}

/** The place that stands `y` pixels below the top of a space. */
export function placeIn({ parts }: SpaceRow, y: number): number {
  let top = 0;
  for (const { from, to, height } of parts) {
    if (y < top + height) return Math.max(from, Math.floor(from + ((y - top) / height) * (to - from)));
    top += height;
  }
  return (parts.at(-1)?.to ?? 1) - 1;
}
