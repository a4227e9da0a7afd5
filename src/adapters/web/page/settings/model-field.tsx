import { useEffect, useState } from 'preact/hooks';
import type { SettingsView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf, server } from '../connection/server.ts';
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

/** The provider's models. They are read again when another provider or key is in use. */
function useModels({ using, key }: SettingsView) {
  const [models, setModels] = useState<string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  // The effect depends on values that it does not read.
  useEffect(() => {
    let current = true;
    setProblem(null);
    setModels([]);
    // The demo has no models to choose from.
    if (using.source === 'demo') return;
    server.models().then(
      (answer) => current && setModels(answer.models),
      (error) => current && setProblem(sentenceOf(error)),
    );
    return () => {
      current = false;
    };
  }, [using.source, using.baseUrl, key?.last4]);
  return { models, problem };
}
