import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { CloseIcon } from './icons.tsx';
import { useStore } from './state/state.ts';

interface DialogProps {
  /** Its heading, and its name for screen readers. */
  name: string;
  /** The name of the button that closes it. */
  closeName: string;
  /** Called once it is closed, when the browser has given the focus back. */
  closed: () => void;
  children: ComponentChildren;
}

/** A dialogue over the page. The browser keeps the focus in it, and gives it back to the element that had it. */
export function Dialog({ name, closeName, closed, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const announcement = useStore((state) => state.announcement);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    // Closing gives the focus back, even if the page removes the dialogue by itself.
    return () => opened?.close();
  }, []);
  const close = () => dialog.current?.close();
  return (
    <dialog
      class="sheet"
      ref={dialog}
      aria-labelledby={id}
      onClose={closed}
      // Escape closes the dialogue alone: the page around it would stop the answer.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="sheet-frame">
        <div class="sheet-head">
          <h2 id={id}>{name}</h2>
          <button type="button" class="quiet" aria-label={closeName} title={closeName} onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <div class="sheet-body">{children}</div>
        {/* The rest of the page is inert, and says nothing to screen readers. */}
        <div role="status" class="visually-hidden">
          {announcement}
        </div>
      </div>
    </dialog>
  );
}
