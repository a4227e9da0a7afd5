import { onPage } from '../sentences/en.ts';
import { BeforeSignIn } from './account/before-sign-in.tsx';
import { Advice } from './composer/advice.tsx';
import { DropZone } from './composer/attaching/drop-zone.tsx';
import { Composer } from './composer/composer.tsx';
import { Conversation } from './conversation/conversation.tsx';
import { usePlatform } from './dms/platform.ts';
import { ExportMenu } from './export/export-menu.tsx';
import { MenuIcon } from './icons.tsx';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { ShareButton } from './share/share-button.tsx';
import { Shortcuts } from './shortcuts/shortcuts.tsx';
import { Panel } from './sidebar/panel.tsx';
import { useNarrow } from './state/narrow.ts';
import { loadNow } from './state/open.ts';
import { setState, useStore } from './state/state.ts';
import { titleOf } from './state/title.ts';
import { useDocumentTitle } from './unread/document-title.ts';

const words = onPage.conversation;

export function App() {
  const stage = useStore((state) => state.stage);
  const announcement = useStore((state) => state.announcement);
  const platform = usePlatform();
  // While the panel lies over the page, what is under it can't be reached.
  const panelOpen = useStore((state) => state.panelOpen);
  const covered = useNarrow() && panelOpen;
  return (
    <>
      {stage !== 'failed' && (
        <a class="skip" href="#message">
          {words.SKIP_TO_MESSAGE}
        </a>
      )}
      <Panel />
      <div class="page" inert={covered}>
        <Header />
        <Advice />
        <main>
          {stage === 'failed' ? <Failed /> : <Conversation />}
          {stage === 'failed' ? null : <Composer />}
        </main>
      </div>
      {stage === 'ready' && platform === undefined && <DropZone />}
      <SettingsDialog />
      <BeforeSignIn />
      <Shortcuts />
      <div role="status" class="visually-hidden">
        {announcement}
      </div>
    </>
  );
}

function Header() {
  const conversation = useStore(({ open, conversations }) =>
    conversations.find((each) => each.id === open.id),
  );
  const title = titleOf(conversation);
  const panelOpen = useStore((state) => state.panelOpen);
  useDocumentTitle(conversation ? title : undefined);
  return (
    <header>
      <button
        type="button"
        class="quiet menu"
        id="menu"
        aria-label={words.MENU}
        aria-expanded={panelOpen}
        aria-controls="panel"
        onClick={() => setState({ panelOpen: true })}
      >
        <MenuIcon />
      </button>
      <h1 class="one-line" dir="auto">
        {title}
      </h1>
      <ShareButton />
      <ExportMenu />
    </header>
  );
}

/** Shown when the page could not start because the server didn't answer. */
function Failed() {
  const problem = useStore((state) => state.problem);
  return (
    <div class="failed">
      <p role="alert">{problem?.sentence}</p>
      <button type="button" class="primary" onClick={loadNow}>
        {words.TRY_AGAIN}
      </button>
    </div>
  );
}
