import { useId, useState } from 'preact/hooks';
import { type Appearance, readAppearance, saveAppearance } from './appearance.ts';

/** How the page looks, at once and on this device. */
export function AppearanceForm() {
  const [appearance, setAppearance] = useState(readAppearance);
  const change = (part: Partial<Appearance>) => {
    const changed = { ...appearance, ...part };
    setAppearance(changed);
    saveAppearance(changed);
  };
  return (
    <>
      <Choice
        legend="Theme"
        options={{ light: 'Light', dark: 'Dark', system: 'System' }}
        chosen={appearance.theme}
        choose={(theme) => change({ theme })}
      />
      <Choice
        legend="Text size"
        options={{ small: 'Small', normal: 'Normal', large: 'Large' }}
        chosen={appearance.textSize}
        choose={(textSize) => change({ textSize })}
      />
    </>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  /** By value, what each is called. */
  options: Record<T, string>;
  chosen: T;
  choose: (value: T) => void;
}

function Choice<T extends string>({ legend, options, chosen, choose }: ChoiceProps<T>) {
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
