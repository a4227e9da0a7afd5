import { useRef, useState } from 'preact/hooks';
import { SHUTDOWN_NOTICE } from '../../../../core/sentences/notices.ts';
import { canGoOnAfter } from '../../../../core/turn/go-on.ts';
import type { TurnView } from '../../api.ts';
import { focusMessageBox } from '../composer/message-box.ts';
import { CopyButton } from '../copy.tsx';
import { AgainIcon, BinIcon, DownIcon, Mark } from '../icons.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { ConfirmDelete } from '../sidebar/conversation-row-forms.tsx';
import { type PageState, useStore } from '../state/state.ts';
import { goOn, removeTurn, retry } from '../state/turn-actions.ts';
import { KeepSelection } from './keep-selection.tsx';
import { useLapse } from './lapse.ts';
import { Progress } from './progress.tsx';
import { Thoughts } from './thoughts.tsx';

interface AnswerProps {
  turn: TurnView;
  conversation: string;
  /** The turn is being answered, and later turns wait for it. */
  first: boolean;
  /** The turn is the last one. */
  last: boolean;
}

/** An answer, with Parley's own notices about it. */
export function Answer({ turn, conversation, first, last }: AnswerProps) {
  const notice = turn.live ? null : turn.notice;
  return (
    <article class="answer" aria-label="Parley said" aria-busy={turn.live}>
      <Mark />
      <div class="answer-body">
        {turn.hasThoughts && !turn.live && <Thoughts conversation={conversation} turn={turn.id} />}
        {turn.answer !== '' && (
          <KeepSelection>
            <Markdown text={turn.answer} growing={turn.live} />
          </KeepSelection>
        )}
        {notice !== null && (
          <p
            class={turn.end === 'stopped' ? 'notice calm' : 'notice'}
            role="note"
            aria-label="From Parley itself"
          >
            {notice}
          </p>
        )}
        <div class="answer-foot">
          {turn.live ? (
            <ProgressLine first={first} begun={turn.answer !== ''} />
          ) : (
            <Actions turn={turn} last={last} />
          )}
        </div>
      </div>
    </article>
  );
}

/**
 * Actions under an answer. An unfinished answer always has them; a complete one can be regenerated only while it is
 * the last.
 */
function Actions({ turn, last }: { turn: TurnView; last: boolean }) {
  const [asking, setAsking] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const remove = useRef<HTMLButtonElement>(null);
  const isWhole = turn.end === 'stop';
  const isCut = turn.end === 'length';
  const act = async (doing: (turn: TurnView) => Promise<void>) => {
    setAsking(true);
    focusMessageBox();
    await doing(turn);
    setAsking(false);
  };
  if (deleting) {
    return (
      <ConfirmDelete
        question="Delete this message and its answer for good?"
        keep={() => {
          setDeleting(false);
          setTimeout(() => remove.current?.focus());
        }}
        remove={() => act(removeTurn)}
      />
    );
  }
  return (
    <>
      {turn.answer !== '' && <CopyButton text={turn.answer} name="Copy" />}
      {(last || !isWhole) && (
        <button
          type="button"
          class={isWhole || isCut ? 'quiet' : 'pill'}
          disabled={asking}
          onClick={() => act(retry)}
        >
          <AgainIcon /> {isWhole || isCut ? 'Regenerate' : 'Try again'}
        </button>
      )}
      {last && canGoOnAfter(turn.end) && turn.answer !== '' && (
        <button type="button" class="pill" disabled={asking} onClick={() => act(goOn)}>
          <DownIcon /> Continue
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label="Delete message"
        title="Delete message"
        disabled={asking}
        ref={remove}
        onClick={() => setDeleting(true)}
      >
        <BinIcon />
      </button>
    </>
  );
}

const PROGRESS: Record<PageState['progress'], string> = {
  waiting: 'Waiting for the answer before…',
  thinking: 'Thinking…',
  retrying: 'The provider is busy, trying again…',
  restarting: SHUTDOWN_NOTICE,
  reconnecting: 'Reconnecting to Parley…',
};

/** After this time without text, people wonder whether the answer still comes, ms. */
const STILL_MS = 30_000;

function ProgressLine({ first, begun }: { first: boolean; begun: boolean }) {
  const followed = useStore((state) => state.progress);
  const progress = first ? followed : 'waiting';
  const isThinking = progress === 'thinking' && !begun;
  const isLong = useLapse(isThinking, STILL_MS);
  if (isThinking && isLong) return <Progress>Still thinking…</Progress>;
  const writing = begun && progress === 'thinking';
  return <Progress>{writing ? <span class="visually-hidden">Writing…</span> : PROGRESS[progress]}</Progress>;
}
