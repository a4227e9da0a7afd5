import type { SettingsView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { useModels } from '../composer/model/use-models.ts';
import { change } from './change-settings.ts';
import { SettingField } from './setting-field.tsx';

const words = onPage.settings.model;

/** People can type any model. Where the provider lists its models, they can pick one. */
export function ModelField({ settings }: { settings: SettingsView }) {
  const { models, problem } = useModels(settings);
  return (
    <div class="model">
      <SettingField
        label={words.label}
        button={words.save}
        value={settings.model ?? ''}
        placeholder={settings.using.model}
        hint={problem ?? hintFor(settings)}
        list="models"
        save={(value) => change({ model: value || null })}
      />
      <datalist id="models">
        {models.map((model) => (
          <option key={model} value={model} />
        ))}
      </datalist>
    </div>
  );
}

function hintFor({ offered }: SettingsView): string {
  return offered === null ? words.hint : words.offered(offered);
}
