import { useState } from 'preact/hooks';
import { type Appearance, readAppearance, saveAppearance } from '../state/appearance.ts';
import { Choice } from './choice.tsx';

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
        choices={[
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
          { value: 'system', label: 'System' },
        ]}
        chosen={appearance.theme}
        choose={(theme) => change({ theme })}
      />
      <Choice
        legend="Text size"
        choices={[
          { value: 'small', label: 'Small' },
          { value: 'normal', label: 'Normal' },
          { value: 'large', label: 'Large' },
        ]}
        chosen={appearance.textSize}
        choose={(textSize) => change({ textSize })}
      />
    </>
  );
}
