import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { getState, setState, useStore } from './state.ts';

const DRAFT = 'parley.draft';

/** The message box grows with its text, keeps it over a reload, and is ready where there is a keyboard. */
export function useMessageBox(draft: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  const visit = useStore((state) => state.open.visit);
  useEffect(() => {
    const kept = readDraft();
    if (kept !== '' && getState().draft === '') setState({ draft: kept });
  }, []);
  useEffect(() => keepDraft(draft), [draft]);
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

function readDraft(): string {
  try {
    return sessionStorage.getItem(DRAFT) ?? '';
  } catch {
    return ''; // Storage is blocked.
  }
}

function keepDraft(draft: string): void {
  try {
    sessionStorage.setItem(DRAFT, draft);
  } catch {
    // Storage is blocked: a reload loses the draft.
  }
}
