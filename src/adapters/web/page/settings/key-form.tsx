import { useState } from 'preact/hooks';
import type { SettingsView } from '../../api.ts';
import { Dismissible } from '../composer/dismissible.tsx';
import { server } from '../connection/server.ts';
import { clean } from '../markdown/clean.ts';
import { setState } from '../state/state.ts';
import { useSaving } from './saving.tsx';

/** The API key goes to the server and never comes back: of a saved one, the last characters are shown. */
export function KeyForm({ settings }: { settings: SettingsView }) {
  const [key, setKey] = useState('');
  /** The warning about the last saved key. */
  const [warning, setWarning] = useState<{ sentence: string; last4: string | undefined } | null>(null);
  const { attempt, busy, outcome } = useSaving();
  const save = async () => {
    const saved = await server.saveKey(clean(key).trim());
    setKey('');
    setState({ settings: saved.settings });
    const last4 = saved.settings.key?.last4;
    setWarning(saved.warning === undefined ? null : { sentence: saved.warning, last4 });
    return 'Saved.';
  };
  const remove = async () => {
    setState({ settings: await server.removeKey() });
    setWarning(null);
    return 'The key is removed.';
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (key.trim() !== '') attempt(save);
  };
  return (
    <form class="setting" onSubmit={submit}>
      <label for="api-key">API key</label>
      <input
        id="api-key"
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder={settings.key ? 'Write a new one to replace it' : 'sk-…'}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <p class="hint">
        {settings.key
          ? `Key ending in ${settings.key.last4}`
          : 'It is kept encrypted by Parley, and never shown again.'}
      </p>
      <div class="setting-foot">
        <button type="submit" class="small" disabled={busy || key.trim() === ''}>
          Save key
        </button>
        {settings.key && (
          <button type="button" class="small" disabled={busy} onClick={() => attempt(remove)}>
            Remove key
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
