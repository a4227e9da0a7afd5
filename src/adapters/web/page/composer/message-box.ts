import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { getState, useStore } from '../state/state.ts';

/** Makes the message box grow with its text, and focuses it where there is a keyboard. */
export function useMessageBox(draft: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  const visit = useStore((state) => state.open.visit);
  // The height of the box follows from its draft.
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [draft]);
  // Runs once for each conversation that is opened.
  useEffect(() => {
    const { panelOpen, settingsOpen } = getState();
    if (!panelOpen && !settingsOpen) focusMessageBox();
  }, [visit]);
  return box;
}

/** Moves the focus to the message box. Not on a touch screen: a keyboard nobody asked for would appear. */
export function focusMessageBox(): void {
  if (matchMedia('(pointer: fine)').matches) document.getElementById('message')?.focus();
}
