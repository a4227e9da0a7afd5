import { EXPORT_KINDS, type ExportKind } from '../../api/export.ts';
import { onPage } from '../../sentences/en.ts';
import { attachedBytes, exportUrl } from '../connection/server.ts';
import { SaveIcon } from '../icons.tsx';
import { MenuButton } from '../menu-button.tsx';
import { useCommand } from '../palette/commands.ts';
import { saveFile } from '../save-file.ts';
import { problemOf } from '../state/problem.ts';
import { announce, setState, useStore } from '../state/state.ts';
import { titleOf } from '../state/title.ts';

const words = onPage.exporting;
const ENDINGS: Record<ExportKind, string> = { markdown: 'md', json: 'json' };
/** Characters that a file's name cannot have on some system, and invisible ones. */
const NOT_IN_FILE_NAMES = /[\\/:*?"<>|\p{C}]+/gu;
const NAME_CHARACTERS = 80;

/** The menu that saves the open conversation as a file, or prints it. */
export function ExportMenu() {
  const conversation = useStore(({ open, conversations }) => conversations.find(({ id }) => id === open.id));
  const isThere = useStore(({ open }) => open.turns.length > 0);
  const canExport = conversation !== undefined && isThere;
  const saveAs = (kind: ExportKind) =>
    canExport ? () => void save(conversation.id, kind, fileName(titleOf(conversation), kind)) : undefined;
  useCommand('markdown', saveAs('markdown'));
  useCommand('json', saveAs('json'));
  useCommand('print', canExport ? printSoon : undefined);
  if (!canExport) return null;
  const kinds = EXPORT_KINDS.map((kind) => ({
    label: words.kinds[kind],
    act: () => saveAs(kind)?.(),
  }));
  return (
    <MenuButton
      name={words.BUTTON}
      menu={words.MENU}
      items={[...kinds, { label: words.PRINT, act: printSoon }]}
    >
      <SaveIcon />
    </MenuButton>
  );
}

/** Prints once the menu is closed. */
function printSoon(): void {
  requestAnimationFrame(() => print());
}

async function save(id: string, kind: ExportKind, name: string): Promise<void> {
  try {
    saveFile(await attachedBytes(exportUrl(id, kind)), name);
    announce(words.saved(name));
  } catch (error) {
    setState({ problem: problemOf(error) });
  }
}

export function fileName(title: string, kind: ExportKind): string {
  const plain = title.replace(NOT_IN_FILE_NAMES, ' ').replace(/\s+/g, ' ');
  const safe = [...plain].slice(0, NAME_CHARACTERS).join('').trim();
  return `${safe.replace(/^\.+/, '') || words.FILE}.${ENDINGS[kind]}`;
}
