import { useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { server } from '../connection/server.ts';
import { forgetKept } from '../drafts/forget-kept.ts';
import { useSaving } from '../settings/saving.tsx';
import { Question } from './conversation-row-forms.tsx';

const words = onPage.panel.signOut;

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
    return words.done;
  };
  if (isAsking) {
    return (
      <Question
        question={words.question}
        yes={words.confirm}
        no={words.stay}
        leave={() => setAsking(false)}
        go={() => attempt(leave)}
      />
    );
  }
  return (
    <>
      <div class="setting-foot">
        <button id="sign-out" type="button" class="small" disabled={busy} onClick={() => setAsking(true)}>
          {words.button}
        </button>
        {outcome}
      </div>
      <p class="hint">{words.hint}</p>
    </>
  );
}
