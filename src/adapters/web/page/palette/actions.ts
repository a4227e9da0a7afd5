/** The actions of the palette: those of the page, and those of the open conversation. */
import type { ConversationChange } from '../../api/lists.ts';
import { onPage } from '../../sentences/en.ts';
import { server } from '../connection/server.ts';
import { startNew } from '../shortcuts/start-new.ts';
import { type Appearance, readAppearance, saveAppearance } from '../state/appearance.ts';
import { putConversation } from '../state/open.ts';
import { problemOf } from '../state/problem.ts';
import { announce, getState, setState } from '../state/state.ts';
import { type CommandId, commandOf } from './commands.ts';

const words = onPage.palette.actions;

export interface Action {
  label: string;
  /** More words by which a person finds it. */
  also: string;
  act: () => void;
}

/** All actions that can be done now. */
export function actionsNow(): Action[] {
  return [...ofPage(), ...ofConversation(), ...themes(), ...inSettings()];
}

function ofPage(): Action[] {
  return [
    named(words.new, startNew),
    named(words.list, showList),
    named(words.message, () => document.getElementById('message')?.focus()),
    ...ofControls(['shortcuts']),
  ];
}

/** The actions of those controls that are there. */
function ofControls(ids: CommandId[]): Action[] {
  return ids.flatMap((id) => {
    const act = commandOf(id);
    return act ? [named(words[id], act)] : [];
  });
}

const named = ({ label, also = '' }: { label: string; also?: string }, act: () => void): Action => ({
  label,
  also,
  act,
});

/** On a narrow screen the panel is drawn first. */
function showList(): void {
  setState({ panelOpen: true });
  setTimeout(() => document.getElementById('search')?.focus());
}

function ofConversation(): Action[] {
  const controls = ofControls(['model', 'share', 'markdown', 'json', 'print']);
  const { open, conversations } = getState();
  const conversation = conversations.find(({ id }) => id === open.id);
  if (!conversation || conversation.platform !== undefined) return controls;
  const { id, pinned = false, archived = false } = conversation;
  const row = onPage.panel.row;
  const change = (label: { label: string; also?: string }, wanted: ConversationChange, done: string) =>
    named(label, () => void changeIt(id, wanted, done));
  return [
    ...controls,
    pinned
      ? change(words.unpin, { pinned: false }, row.unpinned)
      : change(words.pin, { pinned: true }, row.pinnedNow),
    archived
      ? change(words.unarchive, { archived: false }, row.unarchived)
      : change(words.archive, { archived: true }, row.archivedNow),
  ];
}

async function changeIt(id: string, wanted: ConversationChange, done: string): Promise<void> {
  try {
    putConversation(await server.change(id, wanted));
    announce(done);
  } catch (error) {
    setState({ problem: problemOf(error) });
  }
}

function themes(): Action[] {
  const now = readAppearance();
  const all: Appearance['theme'][] = ['light', 'dark', 'system'];
  return all
    .filter((theme) => theme !== now.theme)
    .map((theme) =>
      named(words.theme(theme), () => {
        saveAppearance({ ...readAppearance(), theme });
        announce(words.themeNow(theme));
      }),
    );
}

function inSettings(): Action[] {
  const { account } = getState();
  return [
    named(words.settings, () => setState({ settingsOpen: true })),
    named(words.import, () => openSettingsAt('settings-import')),
    ...(account ? [named(words.account, () => openSettingsAt('settings-account'))] : []),
    // Signing out asks first, or says what it does.
    named(words.signOut, () => openSettingsAt(account ? 'settings-account' : 'settings-more', 'sign-out')),
  ];
}

/** @param control the id of a control there; absent: the first one of the part */
function openSettingsAt(part: string, control?: string): void {
  setState({ settingsOpen: true });
  const find = () =>
    control === undefined
      ? document.getElementById(part)?.parentElement?.querySelector('button')
      : document.getElementById(control);
  // The settings must be drawn first.
  setTimeout(() => find()?.focus(), 50);
}
