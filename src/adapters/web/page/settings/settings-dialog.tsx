import { onPage } from '../../sentences/en.ts';
import { Dialog } from '../dialog.tsx';
import { setState, useStore } from '../state/state.ts';
import { Settings } from './settings.tsx';

/** The settings, in a dialogue over the page. */
export function SettingsDialog() {
  const open = useStore((state) => state.settingsOpen);
  if (!open) return null;
  return (
    <Dialog
      name={onPage.panel.SETTINGS}
      closeName={onPage.settings.CLOSE}
      closed={() => setState({ settingsOpen: false })}
    >
      <Settings />
    </Dialog>
  );
}
