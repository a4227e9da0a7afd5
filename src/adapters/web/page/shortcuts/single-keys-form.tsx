import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { Choice } from '../settings/choice.tsx';
import { areSingleKeysOn, setSingleKeys } from './single-keys.ts';

const words = onPage.shortcuts.single;

/** Turns the shortcuts of a single character off and on, on this device. */
export function SingleKeysForm() {
  const [on, setOn] = useState(areSingleKeysOn);
  return (
    <Choice
      legend={words.name}
      hint={words.hint}
      choices={[
        { value: 'on', label: words.on },
        { value: 'off', label: words.off },
      ]}
      chosen={on ? 'on' : 'off'}
      choose={(value) => {
        setSingleKeys(value === 'on');
        setOn(value === 'on');
      }}
    />
  );
}
