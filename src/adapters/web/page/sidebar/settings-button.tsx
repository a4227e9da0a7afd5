import { onPage } from '../../sentences/en.ts';
import { SettingsIcon } from '../icons.tsx';
import { setState } from '../state/state.ts';

/** Opens the settings, at the foot of the side panel. */
export function SettingsButton() {
  return (
    <button
      type="button"
      class="row settings-button"
      aria-haspopup="dialog"
      onClick={() => setState({ settingsOpen: true })}
    >
      <SettingsIcon /> {onPage.panel.SETTINGS}
    </button>
  );
}
