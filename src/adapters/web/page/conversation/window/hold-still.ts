export type Holder = ReturnType<typeof createHolder>;

/**
 * Keeps what is read in its place while the log changes above it. Safari does not (CSS Scroll Anchoring), and Chromium
 * loses the place while spaces become turns, so the log turns `overflow-anchor` off.
 */
export function createHolder(box: HTMLElement, content: HTMLElement) {
  let held: { row: HTMLElement; top: number } | undefined;
  const topOf = (row: HTMLElement) => row.offsetTop - box.scrollTop;

  return {
    /** Remembers the turn that is read, and where it stands. */
    look(): void {
      const rows = [...content.querySelectorAll<HTMLElement>(':scope > [data-row]')];
      const row = rows.find((each) => topOf(each) + each.offsetHeight > 0);
      const top = row ? topOf(row) : 0;
      // At the very beginning and in a space, nothing is read.
      held = row && box.scrollTop > 0 && top < box.clientHeight ? { row, top } : undefined;
    },
    /** The place may change now. */
    forget(): void {
      held = undefined;
    },
    /** Puts that turn back. */
    hold(): void {
      if (!held?.row.isConnected) return;
      const moved = topOf(held.row) - held.top;
      if (moved !== 0) box.scrollTop += moved;
    },
  };
}
