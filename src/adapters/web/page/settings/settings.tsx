import type { SettingsView } from '../../api.ts';
import { SignOut } from '../sidebar/sign-out.tsx';
import { useStore } from '../state/state.ts';
import { About } from './about.tsx';
import { AppearanceForm } from './appearance-form.tsx';
import { change } from './change-settings.ts';
import { KeyForm } from './key-form.tsx';
import { ListedSetting } from './listed-setting.tsx';
import { ModelField } from './model-field.tsx';
import { SettingField } from './setting-field.tsx';

/** Who answers and how; kept by the server for this person. */
export function Settings() {
  const settings = useStore((state) => state.settings);
  if (!settings) return <p>Loading…</p>;
  const { fields } = settings;
  // It stands beside the key and the model, which are those of the base URL.
  const address = fields.find(({ id }) => id === 'baseUrl');
  const others = fields.filter((setting) => setting !== address);
  return (
    <>
      <p class="using">{usingSentence(settings)}</p>
      {/* Each base URL has a key of its own, and so has this form. */}
      <KeyForm key={settings.baseUrl ?? ''} settings={settings} />
      <ModelField settings={settings} />
      {address ? (
        <ListedSetting setting={address} />
      ) : (
        <p class="hint">The base URL is set by whoever runs Parley.</p>
      )}
      <SettingField
        label="Persona"
        button="Save persona"
        value={settings.persona}
        placeholder="How should Parley answer?"
        hint="How should Parley answer? For example: briefly, in plain words."
        lines={4}
        save={(value) => change({ persona: value || null })}
      />
      {others.map((setting) => (
        <ListedSetting key={setting.id} setting={setting} />
      ))}
      <AppearanceForm />
      <About />
      <SignOut />
    </>
  );
}

function usingSentence({ using }: SettingsView): string {
  const where = using.baseUrl === null ? '' : ` at ${hostOf(using.baseUrl)}`;
  switch (using.source) {
    case 'demo':
      return 'The built-in demo answers. Add an API key to talk to a real model.';
    case 'none':
      return 'Nobody answers yet. Add an API key.';
    case 'operator':
      return `${using.model}${where} answers, ${using.hasKey ? 'with the key of whoever runs Parley' : 'without a key'}.`;
    case 'own':
      return `${using.model}${where} answers, ${using.hasKey ? 'with your key' : 'without a key'}.`;
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
