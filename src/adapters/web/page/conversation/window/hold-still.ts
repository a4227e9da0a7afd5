/**
 * Keeps what is read in its place while the log changes above it, for browsers that do not anchor by themselves (Safari;
 * CSS Scroll Anchoring, `overflow-anchor`).
 */
export function createHolder(box: HTMLElement, content: HTMLElement) {
  let held: { row: HTMLElement; top: number } | undefined;
  const isNeeded = () => getComputedStyle(box).overflowAnchor !== 'auto';
  const topOf = (row: HTMLElement) => row.offsetTop - box.scrollTop;

  return {
    /** Remembers the turn that is read, and where it stands. */
    look(): void {
      if (!isNeeded()) return;
      const rows = [...content.querySelectorAll<HTMLElement>(':scope > [data-row]')];
      const row = rows.find((each) => topOf(each) + each.offsetHeight > 0);
      held = row && { row, top: topOf(row) };
    },
    /** Puts that turn back. */
    hold(): void {
      if (!held?.row.isConnected || !isNeeded()) return;
      const moved = topOf(held.row) - held.top;
      if (moved !== 0) box.scrollTop += moved;
    },
  };
}
