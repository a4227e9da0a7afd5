import { useEffect, useRef } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { useSaving } from '../settings/saving.tsx';
import { openRoute, refreshConversations } from '../state/open.ts';
import { setState } from '../state/state.ts';
import { accountServer } from './account-requests.ts';

const words = onPage.account.before;

/** The question itself. Escape means: not now. */
export function BeforeDialog({ count, close }: { count: number; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { attempt, busy, outcome } = useSaving();
  useEffect(() => dialog.current?.showModal(), []);
  const decide = (take: boolean) =>
    attempt(async () => {
      const account = await accountServer.before(take);
      await refreshConversations();
      setState({ account });
      // The start opens the latest conversation, which may be one of those.
      if (take) openRoute();
      return take ? words.taken : words.deleted;
    });
  return (
    <dialog class="dialog" aria-labelledby="before-question" ref={dialog} onClose={close}>
      <p id="before-question">{words.question(count)}</p>
      <div class="setting-foot">
        <button type="button" class="primary" disabled={busy} onClick={() => decide(true)}>
          {words.take}
        </button>
        <button type="button" class="small danger" disabled={busy} onClick={() => decide(false)}>
          {words.delete}
        </button>
        <button type="button" class="small" disabled={busy} onClick={() => dialog.current?.close()}>
          {words.later}
        </button>
      </div>
      {outcome}
    </dialog>
  );
}
