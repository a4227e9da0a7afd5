/** Which places of the conversation stand where in the log. */
import type { Places } from '../../state/places/places.ts';
import { type LogRow, placeIn } from './rows.ts';

/** The log as it is laid out. Its rows are the first children of `content`. */
export interface Log {
  box: HTMLElement;
  content: HTMLElement;
  rows: LogRow[];
}

/** The places between two heights of the log, in pixels from its top. */
export function placesBetween({ content, rows }: Log, top: number, bottom: number): Places {
  const placeAt = (y: number): number => {
    const index = rowAt(content, rows.length, y);
    const row = rows[index];
    const element = content.children[index];
    if (!row || !(element instanceof HTMLElement)) return 0;
    return row.turn ? row.turn.seq : placeIn(row, y - element.offsetTop);
  };
  return { from: placeAt(top), to: placeAt(bottom) + 1 };
}

/** The index of the row at a height, by bisection; of the first or the last one beyond these. */
function rowAt(content: HTMLElement, count: number, y: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const element = content.children[middle];
    if (element instanceof HTMLElement && element.offsetTop > y) high = middle - 1;
    else low = middle;
  }
  return Math.max(0, low);
}

/** The places that are seen now. `screens`: with so many screens above and below. */
export function placesSeen(log: Log, screens: number): Places {
  const { scrollTop, clientHeight } = log.box;
  return placesBetween(log, scrollTop - screens * clientHeight, scrollTop + (1 + screens) * clientHeight);
}

/** The turns that hold the focus or an end of the selection. They stay drawn. */
export function turnsInUse(content: HTMLElement): string[] {
  const { anchorNode = null, focusNode = null } = document.getSelection() ?? {};
  return [document.activeElement, anchorNode, focusNode].flatMap((node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    const row = element?.closest<HTMLElement>('[data-row]');
    return row && content.contains(row) && row.dataset.row ? [row.dataset.row] : [];
  });
}
