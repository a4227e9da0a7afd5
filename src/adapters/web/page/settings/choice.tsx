import { useId } from 'preact/hooks';

interface ChoiceProps<T extends string> {
  legend: string;
  hint?: string;
  choices: { value: T; label: string }[];
  chosen: T;
  choose: (value: T) => void;
}

/** A choice among a few values. It counts at once, without a button. */
export function Choice<T extends string>({ legend, hint, choices, chosen, choose }: ChoiceProps<T>) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  return (
    <div class="choice" role="radiogroup" aria-labelledby={id} aria-describedby={hintId}>
      <h4 id={id}>{legend}</h4>
      {choices.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={id} checked={value === chosen} onChange={() => choose(value)} />
          <span>{label}</span>
        </label>
      ))}
      {hint && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
