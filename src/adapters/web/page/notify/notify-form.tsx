import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { Choice } from '../settings/choice.tsx';
import { canNotify, chooseNotify, type NotifyChoice, readNotify } from './notify-choice.ts';

const words = onPage.notifying;

/** Chooses whether this browser tells of long answers. A press asks for the browser's permission. */
export function NotifyForm() {
  const [chosen, setChosen] = useState(readNotify);
  const [isRefused, setRefused] = useState(false);
  if (!canNotify()) return null;
  const choose = async (choice: NotifyChoice) => {
    const counts = await chooseNotify(choice);
    setRefused(!counts);
    setChosen(readNotify());
  };
  return (
    <>
      <Choice
        legend={words.name}
        hint={words.hint}
        choices={[
          { value: 'off', label: words.off },
          { value: 'title', label: words.title },
          { value: 'bare', label: words.bare },
        ]}
        chosen={chosen}
        choose={(choice) => void choose(choice)}
      />
      {isRefused && (
        <p class="hint" role="alert">
          {words.refused}
        </p>
      )}
    </>
  );
}
