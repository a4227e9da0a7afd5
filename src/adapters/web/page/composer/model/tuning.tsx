import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ConversationChoices } from '../../../../../core/choices/conversation-choices.ts';
import type { SettingView } from '../../../api/setting.ts';
import type { SettingsView } from '../../../api.ts';
import { onPage } from '../../../sentences/en.ts';
import { choose } from './chosen.ts';

const words = onPage.choosing;

/** The temperature and the effort of the conversation, where the settings have them. */
export function Tuning({ settings, chosen }: { settings: SettingsView; chosen: ConversationChoices }) {
  const field = (id: string) => settings.fields.find((one) => one.id === id && one.closed === null);
  const effort = field('effort');
  const temperature = field('temperature');
  return (
    <>
      {effort?.type === 'choice' && <Effort effort={effort} chosen={chosen.effort} />}
      {temperature?.type === 'text' && <Temperature temperature={temperature} chosen={chosen.temperature} />}
    </>
  );
}

type ChoiceField = Extract<SettingView, { type: 'choice' }>;

function Effort({ effort, chosen }: { effort: ChoiceField; chosen: ConversationChoices['effort'] }) {
  const id = useId();
  const all: Record<string, ConversationChoices['effort']> = {
    minimal: 'minimal',
    low: 'low',
    medium: 'medium',
    high: 'high',
  };
  const own = effort.choices.filter(({ value }) => all[value] !== undefined);
  const usual = effort.choices.find(({ value }) => value === effort.value);
  return (
    <div class="setting">
      <label for={id}>{effort.label}</label>
      <select
        id={id}
        value={chosen ?? ''}
        onChange={(event) => choose({ effort: all[event.currentTarget.value] ?? null })}
      >
        <option value="">{words.usual(usual?.label ?? '')}</option>
        {own.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

type TextField = Extract<SettingView, { type: 'text' }>;

/** The settings and the server refuse others. */
const TEMPERATURE = /^(?:[01](?:[.,]\d{1,3})?|2(?:[.,]0{1,3})?)$/;

function Temperature({ temperature, chosen }: { temperature: TextField; chosen: number | undefined }) {
  const id = useId();
  const [problem, setProblem] = useState(false);
  const typed = useRef<string | null>(null);
  const take = (text: string) => {
    typed.current = null;
    const isEmpty = text === '';
    const isRight = TEMPERATURE.test(text);
    if (isEmpty) choose({ temperature: null });
    else if (isRight) choose({ temperature: Number(text.replace(',', '.')) });
    return isEmpty || isRight;
  };
  // Firefox says nothing of a change in a field that is removed while it has the focus.
  useEffect(
    () => () => {
      if (typed.current !== null) take(typed.current);
    },
    [],
  );
  return (
    <div class="setting">
      <label for={id}>{temperature.label}</label>
      <input
        id={id}
        inputMode="decimal"
        autocomplete="off"
        placeholder={words.usual(temperature.value || temperature.placeholder)}
        defaultValue={chosen === undefined ? '' : String(chosen)}
        aria-invalid={problem}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onInput={(event) => {
          typed.current = event.currentTarget.value.trim();
        }}
        onChange={(event) => setProblem(!take(event.currentTarget.value.trim()))}
      />
      {problem && (
        <p class="problem" role="alert" id={`${id}-problem`}>
          {words.TEMPERATURE}
        </p>
      )}
    </div>
  );
}
