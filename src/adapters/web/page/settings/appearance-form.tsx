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
