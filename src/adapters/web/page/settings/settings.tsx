import type { SettingsView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { AccountEntry } from '../account/account-entry.tsx';
import { SignInLinks } from '../account/sign-in-links.tsx';
import { ImportForm } from '../import/import-form.tsx';
import { NotifyForm } from '../notify/notify-form.tsx';
import { PersonasSection } from '../personas/personas-section.tsx';
import { SingleKeysForm } from '../shortcuts/single-keys-form.tsx';
import { SignOut } from '../sidebar/sign-out.tsx';
import { useStore } from '../state/state.ts';
import { About } from './about.tsx';
import { AppearanceForm } from './appearance-form.tsx';
import { change } from './change-settings.ts';
import { KeyForm } from './key-form.tsx';
import { ListedSetting } from './listed-setting.tsx';
import { ModelField } from './model-field.tsx';
import { SettingField } from './setting-field.tsx';
import { Usage } from './usage/usage.tsx';

const { using: words, persona, sections } = onPage.settings;

/** The settings of this person: who answers, and how. The server keeps them. */
export function Settings() {
  const settings = useStore((state) => state.settings);
  const account = useStore((state) => state.account);
  if (!settings) return <p>{onPage.conversation.LOADING}</p>;
  const { fields } = settings;
  // The base URL stands beside the key and the model, which belong to it.
  const address = fields.find(({ id }) => id === 'baseUrl');
  const others = fields.filter((setting) => setting !== address);
  return (
    <>
      <section aria-labelledby="settings-model">
        <h3 id="settings-model">{sections.model}</h3>
        <p class="using">{usingSentence(settings)}</p>
        {/* Each base URL has a key of its own, and so has this form. */}
        <KeyForm key={settings.baseUrl ?? ''} settings={settings} />
        <ModelField settings={settings} />
        {address ? (
          <ListedSetting setting={address} />
        ) : (
          <p class="hint">{onPage.settings.BASE_URL_OF_OPERATOR}</p>
        )}
      </section>
      <section aria-labelledby="settings-answers">
        <h3 id="settings-answers">{sections.answers}</h3>
        <SettingField
          label={persona.label}
          button={persona.save}
          value={settings.persona}
          placeholder={persona.placeholder}
          hint={persona.hint}
          lines={4}
          save={(value) => change({ persona: value || null })}
        />
        {others.map((setting) => (
          <ListedSetting key={setting.id} setting={setting} />
        ))}
      </section>
      <PersonasSection />
      <section aria-labelledby="settings-page">
        <h3 id="settings-page">{sections.page}</h3>
        <AppearanceForm />
        <SingleKeysForm />
        <NotifyForm />
      </section>
      <ImportForm />
      <section aria-labelledby="settings-more">
        <h3 id="settings-more">{sections.more}</h3>
        <Usage />
        <About />
        <SignInLinks />
        {!account && <SignOut />}
      </section>
      {account && <AccountEntry account={account} />}
    </>
  );
}

function usingSentence({ using }: SettingsView): string {
  const { source, model, baseUrl, hasKey } = using;
  const who = baseUrl === null ? model : words.modelAt(model, hostOf(baseUrl));
  if (source === 'demo' || source === 'none') return words[source];
  if (!hasKey) return words.withoutKey(who);
  return source === 'own' ? words.withYourKey(who) : words.withOperatorsKey(who);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
