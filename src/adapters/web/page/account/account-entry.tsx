import type { FunctionComponent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { AccountView } from '../../api/account.ts';
import { onPage } from '../../sentences/en.ts';
import { leaveWithoutReload, server } from '../connection/server.ts';
import { forgetKept } from '../drafts/forget-kept.ts';
import { useSaving } from '../settings/saving.tsx';
import { Who } from './who.tsx';

const words = onPage.account;

/** Who signed in, and the way out. The dialogue with the rest is loaded when it is first needed. */
export function AccountEntry({ account }: { account: AccountView }) {
  const [Dialog, setDialog] = useState<FunctionComponent<{ account: AccountView; close: () => void }> | null>(
    null,
  );
  const button = useRef<HTMLButtonElement>(null);
  const { attempt, busy, outcome } = useSaving();
  const open = () =>
    attempt(async () => {
      const { AccountDialog } = await import('./account-dialog.tsx');
      setDialog(() => AccountDialog);
      return '';
    });
  const leave = () =>
    attempt(async () => {
      // The window's own streams end before the answer comes.
      leaveWithoutReload();
      const left = await server.signOut().catch((error) => {
        leaveWithoutReload(false);
        throw error;
      });
      forgetKept();
      // `replace` keeps Back from leading to the content that this window still shows.
      location.replace(left?.address ?? '/');
      return onPage.panel.signOut.done;
    });
  return (
    <section aria-labelledby="settings-account">
      <h3 id="settings-account">{words.TITLE}</h3>
      <Who account={account} />
      <div class="setting-foot">
        <button
          type="button"
          class="small"
          aria-haspopup="dialog"
          ref={button}
          disabled={busy}
          onClick={open}
        >
          {words.MANAGE}
        </button>
        <button id="sign-out" type="button" class="small" disabled={busy} onClick={leave}>
          {words.signOut.button}
        </button>
      </div>
      {outcome}
      <p class="hint">{words.signOut.hint}</p>
      {Dialog && (
        <Dialog
          account={account}
          close={() => {
            setDialog(null);
            button.current?.focus();
          }}
        />
      )}
    </section>
  );
}
