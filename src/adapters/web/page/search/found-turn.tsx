import { useEffect } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { DownIcon } from '../icons.tsx';
import { show } from '../state/open.ts';
import { getState, type OpenConversation } from '../state/state.ts';
import { showFound } from './found-place.ts';

/** Scrolls to the turn that a search led to, and moves the focus there. */
export function useFoundTurn({ visit, found, loading }: OpenConversation): void {
  useEffect(() => {
    if (found === undefined || loading) return;
    // The log has scrolled to its end first.
    const frame = requestAnimationFrame(() => {
      showFound(found);
    });
    return () => cancelAnimationFrame(frame);
  }, [visit, found, loading]);
}

/** The way back from a turn that was found to the end of its conversation. */
export function Newest() {
  const go = () => {
    const { id } = getState().open;
    if (id !== null) void show(id);
  };
  return (
    <button type="button" class="pill earlier" onClick={go}>
      <DownIcon /> {onPage.searching.NEWEST}
    </button>
  );
}
