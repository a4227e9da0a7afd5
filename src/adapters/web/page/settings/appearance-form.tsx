import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { type Appearance, readAppearance, saveAppearance } from '../state/appearance.ts';
import { Choice } from './choice.tsx';

const { theme, textSize } = onPage.settings;

/** Theme and text size. They change at once, and on this device only. */
export function AppearanceForm() {
  const [appearance, setAppearance] = useState(readAppearance);
  const change = (part: Partial<Appearance>) => {
    const changed = { ...appearance, ...part };
    setAppearance(changed);
    saveAppearance(changed);
    // Another text size moves what is above, and the pressed control with it.
    document.activeElement?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <Choice
        legend={theme.name}
        choices={[
          { value: 'light', label: theme.choices.light },
          { value: 'dark', label: theme.choices.dark },
          { value: 'system', label: theme.choices.system },
        ]}
        chosen={appearance.theme}
        choose={(value) => change({ theme: value })}
      />
      <Choice
        legend={textSize.name}
        choices={[
          { value: 'small', label: textSize.choices.small },
          { value: 'normal', label: textSize.choices.normal },
          { value: 'large', label: textSize.choices.large },
        ]}
        chosen={appearance.textSize}
        choose={(value) => change({ textSize: value })}
      />
    </>
  );
}
