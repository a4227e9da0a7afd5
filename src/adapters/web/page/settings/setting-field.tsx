import { useEffect, useId, useState } from 'preact/hooks';
import { clean } from '../markdown/clean.ts';
import { useSaving } from './saving.tsx';

interface SettingFieldProps {
  label: string;
  /** The label of the button that saves it. */
  button: string;
  /** The saved value. */
  value: string;
  placeholder?: string;
  hint?: string;
  /** The keys that a phone offers. */
  keys?: 'text' | 'url' | 'decimal' | 'numeric';
  /** Lines of the box; absent: a field of one line. */
  lines?: number;
  /** The id of a datalist. */
  list?: string;
  /** Resolves to the sentence that says how it went. Throws `ServerError`. */
  save: (value: string) => Promise<string>;
}

/** A setting that people type and save with a button. */
export function SettingField(props: SettingFieldProps) {
  const id = useId();
  const [value, setValue] = useState(props.value);
  useEffect(() => setValue(props.value), [props.value]);
  const { attempt, busy, outcome } = useSaving();
  const submit = (event: Event) => {
    event.preventDefault();
    attempt(() => props.save(clean(value).trim()));
  };
  const shared = {
    id,
    value,
    placeholder: props.placeholder ?? '',
    autocomplete: 'off',
    spellcheck: props.lines !== undefined,
    'aria-describedby': props.hint ? `${id}-hint` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  } as const;
  return (
    <form class="setting" onSubmit={submit} noValidate>
      <label for={id}>{props.label}</label>
      {props.lines ? (
        <textarea {...shared} rows={props.lines} dir="auto" />
      ) : (
        <input
          {...shared}
          type={props.keys === 'url' ? 'url' : 'text'}
          inputMode={props.keys ?? 'text'}
          list={props.list}
        />
      )}
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      <div class="setting-foot">
        <button type="submit" class="small" disabled={busy}>
          {props.button}
        </button>
        {outcome}
      </div>
    </form>
  );
}
