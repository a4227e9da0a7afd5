import { useState } from 'preact/hooks';
import type { Versions as VersionsView } from '../../api/branches.ts';
import { onPage } from '../../sentences/en.ts';
import { ChevronIcon } from '../icons.tsx';
import { announce } from '../state/state.ts';
import { showVersion } from './branch-actions.ts';

const words = onPage.branches;

type Direction = 'previous' | 'next';

/** Steps through the versions of a message. The focus stays on the button, although another message is there. */
export function Versions({ versions, seq }: { versions: VersionsView; seq: number }) {
  const [busy, setBusy] = useState(false);
  const { at, of } = versions;
  const group = `versions-${seq}`;
  const step = async (direction: Direction) => {
    const wanted = direction === 'next' ? at + 1 : at - 1;
    const branch = of[wanted - 1];
    if (branch === undefined || busy) return;
    setBusy(true);
    await showVersion(branch);
    setBusy(false);
    focusOn(group, direction);
    announce(words.placeInWords(wanted, of.length));
  };
  const button = (direction: Direction, isThere: boolean) => (
    <button
      type="button"
      class={`quiet ${direction}`}
      aria-label={words[direction]}
      title={words[direction]}
      aria-disabled={!isThere}
      onClick={() => step(direction)}
    >
      <ChevronIcon />
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <span role="group" aria-label={words.versions} class="versions" id={group}>
      {button('previous', at > 1)}
      <span aria-label={words.placeInWords(at, of.length)} role="img">
        {words.place(at, of.length)}
      </span>
      {button('next', at < of.length)}
    </span>
  );
}

function focusOn(group: string, direction: Direction): void {
  const frame = document.getElementById(group);
  frame?.querySelector<HTMLElement>(`.${direction}`)?.focus({ preventScroll: true });
}
