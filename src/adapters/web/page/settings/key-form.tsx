import { useState } from 'preact/hooks';
import type { SettingsView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { Dismissible } from '../composer/dismissible.tsx';
import { forgetLastChosen } from '../composer/model/chosen.ts';
import { server } from '../connection/server.ts';
import { clean } from '../markdown/clean.ts';
import { setState } from '../state/state.ts';
import { useSaving } from './saving.tsx';

const words = onPage.settings.key;

/** The API key goes to the server and never comes back. The page shows only the last characters of a saved one. */
export function KeyForm({ settings }: { settings: SettingsView }) {
  const [key, setKey] = useState('');
  /** The warning about the last saved key. */
  const [warning, setWarning] = useState<{ sentence: string; last4: string | undefined } | null>(null);
  const { attempt, busy, outcome } = useSaving();
  const save = async () => {
    const saved = await server.saveKey(clean(key).trim());
    setKey('');
    setState({ settings: saved.settings });
    forgetLastChosen();
    const last4 = saved.settings.key?.last4;
    setWarning(saved.warning === undefined ? null : { sentence: saved.warning, last4 });
    return onPage.settings.SAVED;
  };
  const remove = async () => {
    setState({ settings: await server.removeKey() });
    forgetLastChosen();
    setWarning(null);
    return words.removed;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (key.trim() !== '') attempt(save);
  };
  return (
    <form class="setting" onSubmit={submit}>
      <label for="api-key">{words.label}</label>
      <input
        id="api-key"
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder={settings.key ? words.placeholderToReplace : words.placeholder}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <p class="hint">{settings.key ? words.kept(settings.key.last4) : words.hint}</p>
      <div class="setting-foot">
        <button type="submit" class="small" disabled={busy || key.trim() === ''}>
          {words.save}
        </button>
        {settings.key && (
          <button type="button" class="small" disabled={busy} onClick={() => attempt(remove)}>
            {words.remove}
          </button>
        )}
        {outcome}
      </div>
      {warning !== null && warning.last4 === settings.key?.last4 && (
        <Dismissible sentence={warning.sentence} dismiss={() => setWarning(null)} />
      )}
    </form>
  );
}
