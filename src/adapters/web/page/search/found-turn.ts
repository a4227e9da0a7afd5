import { useLayoutEffect } from 'preact/hooks';
import type { OpenConversation } from '../state/state.ts';
import { showFound } from './found-place.ts';

/**
 * Scrolls to the turn that a search led to, and moves the focus there.
 * @param leave takes the log from its end
 */
export function useFoundTurn({ visit, found, loading }: OpenConversation, leave: () => void): void {
  useLayoutEffect(() => {
    if (found === undefined || loading) return;
    if (!document.querySelector(`[data-turn="${CSS.escape(found.id)}"]`)) return;
    leave();
    showFound(found.id);
  }, [visit, found, loading, leave]);
}
