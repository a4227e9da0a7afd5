import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { openNew } from '../state/open.ts';
import { problemOf } from '../state/problem.ts';
import { getState, setState } from '../state/state.ts';
import { shortcutOf } from './shortcut-of.ts';

interface DialogProps {
  closed: () => void;
}

/** Acts on the page's shortcuts. Their list is loaded when it is first asked for. */
export function Shortcuts() {
  const [Dialog, setDialog] = useState<FunctionComponent<DialogProps> | null>(null);
  useEffect(() => {
    const list = async () => {
      try {
        const { ShortcutsDialog } = await import('./shortcuts-dialog.tsx');
        setDialog(() => ShortcutsDialog);
      } catch (error) {
        setState({ problem: problemOf(error) });
      }
    };
    const take = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut || getState().stage !== 'ready') return;
      event.preventDefault();
      if (shortcut === 'list') list();
      else startNew();
    };
    document.addEventListener('keydown', take);
    return () => document.removeEventListener('keydown', take);
  }, []);
  return Dialog && <Dialog closed={() => setDialog(null)} />;
}

function startNew(): void {
  openNew();
  document.getElementById('message')?.focus();
}
