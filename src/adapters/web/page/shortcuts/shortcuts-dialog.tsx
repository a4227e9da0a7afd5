import { onPage } from '../../sentences/en.ts';
import { Dialog } from '../dialog.tsx';
import { areSingleKeysOn } from './single-keys.ts';

const words = onPage.shortcuts;
const { keys } = words;

/** The keys that the page takes, and what they do. */
export function ShortcutsDialog({ closed }: { closed: () => void }) {
  const control = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.command : keys.control;
  const rows: [string[], string][] = [
    [[keys.enter], words.SEND],
    [[keys.shift, keys.enter], words.NEW_LINE],
    [[keys.escape], words.STOP],
    [['↑'], words.EDIT],
    [[control, 'K'], words.FIND],
    [[control, keys.shift, 'O'], words.NEW],
    [[control, '/'], words.LIST],
    ...(areSingleKeysOn() ? [[['?'], words.LIST] as [string[], string]] : []),
  ];
  return (
    <Dialog name={words.TITLE} closeName={words.CLOSE} closed={() => closed()}>
      <dl class="shortcuts">
        {rows.map(([pressed, does]) => (
          <div key={pressed.join()}>
            <dt>{does}</dt>
            <dd dir="ltr">
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
