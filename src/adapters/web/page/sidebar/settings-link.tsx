import type { ComponentChildren } from 'preact';
import { setState } from '../state/state.ts';

/** A button within a sentence that opens the settings at the API key. */
export function SettingsLink({ children }: { children: ComponentChildren }) {
  const open = () => {
    setState({ settingsOpen: true });
    // The settings must be drawn first.
    setTimeout(() => document.getElementById('api-key')?.focus(), 50);
  };
  return (
    <button type="button" class="inline-link" onClick={open}>
      {children}
    </button>
  );
}
