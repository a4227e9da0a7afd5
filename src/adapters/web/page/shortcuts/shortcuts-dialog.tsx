import { onPage } from '../../sentences/en.ts';
import { Dialog } from '../dialog.tsx';

const words = onPage.shortcuts;
const { keys } = words;

/** The keys that the page takes, and what they do. */
export function ShortcutsDialog({ closed }: { closed: () => void }) {
  const control = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.command : keys.control;
  const rows: [string[], string][] = [
    [[keys.enter], words.SEND],
    [[keys.shift, keys.enter], words.NEW_LINE],
    [[keys.escape], words.STOP],
    [[control, keys.shift, 'O'], words.NEW],
    [['?'], words.LIST],
  ];
  return (
    <Dialog name={words.TITLE} closeName={words.CLOSE} closed={closed}>
      <dl class="shortcuts">
        {rows.map(([pressed, does]) => (
          <div key={does}>
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
