import { useEffect, useRef, useState } from 'preact/hooks';
import type { AccountReceipt, AccountView } from '../../api/account.ts';
import { ADMIN_PATH } from '../../api/admin.ts';
import { onPage } from '../../sentences/en.ts';
import { leaveWithoutReload } from '../connection/server.ts';
import { forgetKept } from '../drafts/forget-kept.ts';
import { CloseIcon } from '../icons.tsx';
import { useSaving } from '../settings/saving.tsx';
import { Question } from '../sidebar/conversation-row-forms.tsx';
import { accountServer, EXPORT_ADDRESS } from './account-requests.ts';
import { Sessions } from './sessions.tsx';
import { Who } from './who.tsx';

const words = onPage.account;

/** The person's sessions, an export of everything, and the deletion of the account. */
export function AccountDialog({ account, close }: { account: AccountView; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [receipt, setReceipt] = useState<AccountReceipt | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // After the deletion, nobody is signed in any more.
  const leave = () => (receipt ? location.replace('/') : close());
  return (
    <dialog class="dialog" aria-labelledby="account-dialog" ref={dialog} onClose={leave}>
      <div class="dialog-head">
        <h2 id="account-dialog">{words.TITLE}</h2>
        <button
          type="button"
          class="quiet"
          aria-label={words.deleting.close}
          onClick={() => dialog.current?.close()}
        >
          <CloseIcon />
        </button>
      </div>
      {receipt ? (
        <Receipt receipt={receipt} />
      ) : (
        <>
          <Who account={account} />
          <p class="hint">{words.signedIn(account.service)}</p>
          {account.isOperator && (
            <p class="hint">
              {words.OPERATOR} <a href={ADMIN_PATH}>{onPage.settings.ADMINISTRATION}</a>
            </p>
          )}
          <Sessions />
          <form class="setting" method="post" action={EXPORT_ADDRESS}>
            <div class="setting-foot">
              <button type="submit" class="small">
                {words.exporting.button}
              </button>
            </div>
            <p class="hint">{words.exporting.hint}</p>
          </form>
          <Deletion deleted={setReceipt} />
        </>
      )}
    </dialog>
  );
}

function Deletion({ deleted }: { deleted: (receipt: AccountReceipt) => void }) {
  const [isAsking, setAsking] = useState(false);
  const { attempt, busy, outcome } = useSaving();
  const go = () =>
    attempt(async () => {
      setAsking(false);
      leaveWithoutReload();
      const receipt = await accountServer.remove();
      forgetKept();
      deleted(receipt);
      return '';
    });
  if (isAsking) {
    const { question, confirm, keep } = words.deleting;
    return <Question question={question} yes={confirm} no={keep} leave={() => setAsking(false)} go={go} />;
  }
  return (
    <div class="setting-foot">
      <button type="button" class="small danger" disabled={busy} onClick={() => setAsking(true)}>
        {words.deleting.button}
      </button>
      {outcome}
    </div>
  );
}

function Receipt({ receipt }: { receipt: AccountReceipt }) {
  const { deleting: said } = words;
  const { at, conversations, messages, files, sessions, hadSettings } = receipt;
  const lines = [
    conversations > 0 && said.conversations(conversations),
    messages > 0 && said.messages(messages),
    files > 0 && said.files(files),
    hadSettings && said.SETTINGS,
    sessions > 0 && said.sessions(sessions),
  ].filter((line) => line !== false);
  return (
    <div role="status">
      <p>{said.done(new Date(at).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' }))}</p>
      <ul class="receipt">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
