/** Saves a choice of the settings panel. */
import type { SettingsChange } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { forgetLastChosen } from '../composer/model/chosen.ts';
import { server } from '../connection/server.ts';
import { setState } from '../state/state.ts';

/** Resolves to the sentence that says how it went. Throws `ServerError`. */
export async function change(change: SettingsChange): Promise<string> {
  const { warning, ...settings } = await server.changeSettings(change);
  setState({ settings });
  if ('model' in change || 'baseUrl' in change) forgetLastChosen();
  return warning ?? onPage.settings.SAVED;
}
