import { useEffect, useState } from 'preact/hooks';
import type { SessionView } from '../../api/account.ts';
import { onPage } from '../../sentences/en.ts';
import { sentenceOf } from '../connection/server.ts';
import { announce } from '../state/state.ts';
import { accountServer } from './account-requests.ts';

const words = onPage.account.sessions;
const SHOWN_TIME: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** The sessions in which the person is signed in. Each but this one can be ended here. */
export function Sessions() {
  const [found, setFound] = useState<SessionView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = async (doing: () => Promise<void>) => {
    setProblem(null);
    try {
      await doing();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  useEffect(() => {
    attempt(async () => setFound((await accountServer.sessions()).sessions));
  }, []);
  const end = (id: string) =>
    attempt(async () => {
      await accountServer.endSession(id);
      setFound((await accountServer.sessions()).sessions);
      announce(words.ended);
    });
  return (
    <div>
      <h3>{words.title}</h3>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {found === null && problem === null && <p class="hint">{onPage.account.LOADING}</p>}
      <ul class="sessions">
        {found?.map((session) => (
          <li key={session.id}>
            <span>
              {session.browser}
              <span class="hint">
                {session.isThis
                  ? words.isThis
                  : words.seen(new Date(session.seenAt).toLocaleString(undefined, SHOWN_TIME))}
              </span>
            </span>
            {!session.isThis && (
              <button
                type="button"
                class="small"
                aria-label={words.endOf(session.browser)}
                title={words.endOf(session.browser)}
                onClick={() => end(session.id)}
              >
                {words.end}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
