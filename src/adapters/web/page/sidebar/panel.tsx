import { useEffect, useRef } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { CloseIcon, Mark, PlusIcon } from '../icons.tsx';
import { Search } from '../search/search.tsx';
import { useNarrow } from '../state/narrow.ts';
import { openNew } from '../state/open.ts';
import { setState, useStore } from '../state/state.ts';
import { SettingsButton } from './settings-button.tsx';

const words = onPage.panel;

/** Conversations. On a narrow screen it lies over the page until it is closed. */
export function Panel() {
  const narrow = useNarrow();
  const open = useStore((state) => state.panelOpen);
  const panel = useRef<HTMLElement>(null);
  useFocusWhileOpen(open && narrow, panel);
  return (
    <>
      {open && narrow && <div class="backdrop" onClick={close} aria-hidden="true" />}
      <aside id="panel" class="panel" aria-label={words.NAME} data-open={open} ref={panel}>
        <div class="panel-head">
          <Mark />
          <span class="brand">Parley</span>
          {narrow && (
            <button type="button" class="quiet" aria-label={words.CLOSE} onClick={close}>
              <CloseIcon />
            </button>
          )}
        </div>
        <button type="button" class="new" onClick={openNew}>
          <PlusIcon /> {words.conversations.new}
        </button>
        <Search />
        <SettingsButton />
      </aside>
    </>
  );
}

function close() {
  setState({ panelOpen: false });
}

/** Moves the focus into the open panel, where it stays because the page below is inert. Escape returns the focus. */
function useFocusWhileOpen(open: boolean, panel: { current: HTMLElement | null }): void {
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    // The person may have focused something in the panel already.
    if (!panel.current?.contains(before)) panel.current?.querySelector('button')?.focus();
    const onEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close();
    };
    document.addEventListener('keydown', onEscape);
    return () => {
      document.removeEventListener('keydown', onEscape);
      document.getElementById('menu')?.focus();
    };
  }, [open, panel]);
}
