import { openNew } from '../state/open.ts';

/** Begins a new conversation, ready to be written in. */
export function startNew(): void {
  openNew();
  document.getElementById('message')?.focus();
}
