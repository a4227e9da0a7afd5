import type { ComponentChildren } from 'preact';
import { setState } from '../state/state.ts';

/** A button within a sentence that opens the settings at the API key. */
export function SettingsLink({ children }: { children: ComponentChildren }) {
  const open = () => {
    setState({ panelOpen: true, settingsOpen: true });
    // Once they are drawn, and the page under them has let go of the focus.
    setTimeout(() => document.getElementById('api-key')?.focus(), 50);
  };
  return (
    <button type="button" class="inline-link" onClick={open}>
      {children}
    </button>
  );
}
