import { useId } from 'preact/hooks';

interface ChoiceProps<T extends string> {
  legend: string;
  /** By value, what each is called. */
  options: Record<T, string>;
  chosen: T;
  choose: (value: T) => void;
}

/** One of a few, chosen at once. */
export function Choice<T extends string>({ legend, options, chosen, choose }: ChoiceProps<T>) {
  const id = useId();
  const values = Object.keys(options) as T[];
  return (
    <div class="choice" role="radiogroup" aria-labelledby={id}>
      <h2 id={id}>{legend}</h2>
      {values.map((value) => (
        <label key={value}>
          <input type="radio" name={legend} checked={value === chosen} onChange={() => choose(value)} />
          <span>{options[value]}</span>
        </label>
      ))}
    </div>
  );
}
