import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { getState, useStore } from '../state/state.ts';

/** Makes the message box grow with its text, and focuses it where there is a keyboard. */
export function useMessageBox(draft: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  const visit = useStore((state) => state.open.visit);
  // Its height follows from the draft in it.
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [draft]);
  // Once for each conversation that is opened.
  useEffect(() => {
    if (!getState().panelOpen) focusMessageBox();
  }, [visit]);
  return box;
}

/** Goes back to writing; on a touch screen that would bring up a keyboard nobody asked for. */
export function focusMessageBox(): void {
  if (matchMedia('(pointer: fine)').matches) document.getElementById('message')?.focus();
}
