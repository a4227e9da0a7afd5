import type { SettingView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { problemOf } from '../state/problem.ts';
import { setState } from '../state/state.ts';
import { change } from './change-settings.ts';
import { Choice } from './choice.tsx';
import { SettingField } from './setting-field.tsx';

/** One setting of core's list, drawn from its entry. */
export function ListedSetting({ setting }: { setting: SettingView }) {
  const { id, label, noun, hint, closed } = setting;
  if (closed !== null)
    return (
      <div class="setting">
        <h2>{label}</h2>
        <p class="hint">{closed}</p>
      </div>
    );
  if (setting.type === 'choice')
    return (
      <Choice
        legend={label}
        hint={hint}
        choices={setting.choices}
        chosen={setting.value}
        choose={(value) => change({ [id]: value }).catch((error) => setState({ problem: problemOf(error) }))}
      />
    );
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
