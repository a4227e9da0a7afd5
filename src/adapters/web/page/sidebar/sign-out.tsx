import { useState } from 'preact/hooks';
import { server } from '../connection/server.ts';
import { forgetKept } from '../drafts/forget-kept.ts';
import { useSaving } from '../settings/saving.tsx';
import { Question } from './conversation-row-forms.tsx';

/** Ends the session of this browser. Nobody can return to the session, so its conversations are deleted with it. */
export function SignOut() {
  const [isAsking, setAsking] = useState(false);
  const { attempt, busy, outcome } = useSaving();
  const leave = async () => {
    setAsking(false);
    await server.signOut();
    forgetKept();
    // `replace` keeps Back from leading to the content that this window still shows.
    location.replace('/');
    return 'Signed out.';
  };
  if (isAsking) {
    return (
      <Question
        question="Sign out? The conversations, the settings and the key of this browser are deleted for good."
        yes="Sign out and delete"
        no="Stay"
        leave={() => setAsking(false)}
        go={() => attempt(leave)}
      />
    );
  }
  return (
    <>
      <div class="setting-foot">
        <button type="button" class="small" disabled={busy} onClick={() => setAsking(true)}>
          Sign out
        </button>
        {outcome}
      </div>
      <p class="hint">What was said in this browser opens in this browser alone. Signing out deletes it.</p>
    </>
  );
}
