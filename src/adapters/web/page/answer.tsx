import { useState } from 'preact/hooks';
import { SHUTDOWN_NOTICE } from '../../../core/notices.ts';
import type { TurnView } from '../api.ts';
import { CopyButton } from './copy.tsx';
import { AgainIcon, Mark } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import { focusMessageBox } from './message-box.ts';
import { Progress } from './progress.tsx';
import { type PageState, useStore } from './state.ts';
import { retry } from './turn-actions.ts';

interface AnswerProps {
  turn: TurnView;
  /** The first of the live turns: the one being answered, where the others wait. */
  first: boolean;
  /** The last turn, with nothing going on: it can be answered again. */
  last: boolean;
}

/** What Parley said, and says by itself about it. */
export function Answer({ turn, first, last }: AnswerProps) {
  const notice = turn.live ? null : turn.notice;
  return (
    <article class="answer" aria-label="Parley said" aria-busy={turn.live}>
      <Mark />
      <div class="answer-body">
        {turn.answer !== '' && <Markdown text={turn.answer} growing={turn.live} />}
        {notice !== null && <p class={turn.end === 'stopped' ? 'notice calm' : 'notice'}>{notice}</p>}
        <div class="answer-foot">
          {turn.live ? (
            <ProgressLine first={first} begun={turn.answer !== ''} />
          ) : (
            <>
              {turn.answer !== '' && <CopyButton text={turn.answer} name="Copy" />}
              {last && <AgainButton turn={turn} />}
            </>
          )}
        </div>
      </div>
    </article>
  );
}

const PROGRESS: Record<PageState['progress'], string> = {
  waiting: 'Waiting for the answer before…',
  thinking: 'Thinking…',
  retrying: 'The provider is busy, trying again…',
  restarting: SHUTDOWN_NOTICE,
  reconnecting: 'Reconnecting to Parley…',
};

function ProgressLine({ first, begun }: { first: boolean; begun: boolean }) {
  const followed = useStore((state) => state.progress);
  const progress = first ? followed : 'waiting';
  const writing = begun && progress === 'thinking';
  return <Progress>{writing ? <span class="visually-hidden">Writing…</span> : PROGRESS[progress]}</Progress>;
}

function AgainButton({ turn }: { turn: TurnView }) {
  const [asking, setAsking] = useState(false);
  const finished = turn.end === 'stop' || turn.end === 'length';
  const again = async () => {
    setAsking(true);
    focusMessageBox();
    await retry(turn);
    setAsking(false);
  };
  return (
    <button type="button" class={finished ? 'quiet' : 'pill'} disabled={asking} onClick={again}>
      <AgainIcon /> {finished ? 'Regenerate' : 'Try again'}
    </button>
  );
}
