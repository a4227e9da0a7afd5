import { useState } from 'preact/hooks';
import type { SettingView } from '../../api/setting.ts';
import { onPage } from '../../sentences/en.ts';
import { Dismissible } from '../composer/dismissible.tsx';
import { sentenceOf } from '../connection/server.ts';
import { change } from './change-settings.ts';
import { Choice } from './choice.tsx';
import { SettingField } from './setting-field.tsx';

/** One setting of core's list, drawn from its entry. */
export function ListedSetting({ setting }: { setting: SettingView }) {
  const { id, label, noun, hint, closed } = setting;
  if (closed !== null)
    return (
      <div class="setting">
        <h4>{label}</h4>
        <p class="hint">{closed}</p>
      </div>
    );
  if (setting.type === 'choice') return <ListedChoice setting={setting} />;
  return (
    <SettingField
      label={label}
      button={onPage.settings.save(noun)}
      value={setting.value}
      placeholder={setting.placeholder}
      hint={hint}
      keys={setting.keys}
      save={(value) => change({ [id]: value || null })}
    />
  );
}

type ChoiceSetting = Extract<SettingView, { type: 'choice' }>;

/** Counts at once. Only a failure is said. */
function ListedChoice({ setting: { id, label, hint, choices, value } }: { setting: ChoiceSetting }) {
  const [problem, setProblem] = useState<string | null>(null);
  const choose = (value: string) => {
    setProblem(null);
    change({ [id]: value }).catch((error) => setProblem(sentenceOf(error)));
  };
  return (
    <>
      <Choice legend={label} hint={hint} choices={choices} chosen={value} choose={choose} />
      {problem !== null && <Dismissible sentence={problem} dismiss={() => setProblem(null)} />}
    </>
  );
}
