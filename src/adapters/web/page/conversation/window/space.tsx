import { onPage } from '../../../sentences/en.ts';
import type { SpaceRow } from './rows.ts';

const { log, LOADING } = onPage.conversation;

/** Pixels below which a space has no room for its buttons. */
const ROOM = 80;

interface SpaceProps {
  space: SpaceRow;
  /** Whether turns are drawn above it. */
  isBelow: boolean;
  /** Whether turns are drawn below it. */
  isAbove: boolean;
  /** Goes to its end or to its beginning. */
  enter: (element: HTMLElement, at: 'end' | 'beginning') => void;
}

/** The place of turns that are not drawn. A person who scrolls there sees them; buttons lead there, too. */
export function Space({ space, isBelow, isAbove, enter }: SpaceProps) {
  const go = (at: 'end' | 'beginning') => (event: MouseEvent) => {
    const element = event.currentTarget instanceof Element && event.currentTarget.closest('.turns-space');
    if (element instanceof HTMLElement) enter(element, at);
  };
  const hasRoom = space.height > ROOM;
  return (
    <div class="turns-space" style={{ height: `${space.height}px` }}>
      {hasRoom && isBelow && (
        <button type="button" class="pill later" onClick={go('beginning')}>
          {log.showLater}
        </button>
      )}
      {space.isMissing && <p aria-hidden="true">{LOADING}</p>}
      {hasRoom && isAbove && (
        <button type="button" class="pill earlier" onClick={go('end')}>
          {log.showEarlier}
        </button>
      )}
    </div>
  );
}
