import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useCommand } from '../palette/commands.ts';
import { problemOf } from '../state/problem.ts';
import { getState, setState } from '../state/state.ts';
import { shortcutOf } from './shortcut-of.ts';
import { startNew } from './start-new.ts';

interface DialogProps {
  /** @param then what comes next, once the focus is back */
  closed: (then?: () => void) => void;
}

const DIALOGS = {
  list: async () => (await import('./shortcuts-dialog.tsx')).ShortcutsDialog,
  palette: async () => (await import('../palette/palette.tsx')).Palette,
} satisfies Record<string, () => Promise<FunctionComponent<DialogProps>>>;

/** Acts on the page's shortcuts. Their list and the palette are loaded when they are first asked for. */
export function Shortcuts() {
  const [Dialog, setDialog] = useState<FunctionComponent<DialogProps> | null>(null);
  const open = async (name: keyof typeof DIALOGS) => {
    try {
      const loaded = await DIALOGS[name]();
      setDialog(() => loaded);
    } catch (error) {
      setState({ problem: problemOf(error) });
    }
  };
  useCommand('shortcuts', () => void open('list'));
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut || getState().stage !== 'ready') return;
      event.preventDefault();
      if (shortcut === 'new') startNew();
      else void open(shortcut);
    };
    document.addEventListener('keydown', take);
    return () => document.removeEventListener('keydown', take);
  }, []);
  const closed = (then?: () => void) => {
    setDialog(null);
    // The dialogue must be gone first.
    if (then) setTimeout(then);
  };
  return Dialog && <Dialog closed={closed} />;
}
