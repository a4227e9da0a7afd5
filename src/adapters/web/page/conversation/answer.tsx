import { useRef, useState } from 'preact/hooks';
import { restarting } from '../../../../core/sentences/en/notices.ts';
import { canGoOnAfter } from '../../../../core/turn/past/go-on.ts';
import { LONG_ANSWER, type StepView, type TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { regenerate } from '../branches/branch-actions.ts';
import { AnsweredBy, OtherModel } from '../branches/other-model.tsx';
import { Versions } from '../branches/versions.tsx';
import { focusMessageBox } from '../composer/message-box.ts';
import { CopyButton } from '../copy.tsx';
import { usePlatform } from '../dms/platform.ts';
import { AgainIcon, BinIcon, DownIcon, Mark } from '../icons.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { ConfirmDelete } from '../sidebar/conversation-row-forms.tsx';
import { type PageState, useStore } from '../state/state.ts';
import { goOn, removeTurn, retry } from '../state/turn-actions.ts';
import { MadeFiles } from './files/made-files.tsx';
import { KeepSelection } from './keep-selection.tsx';
import { useLapse } from './lapse.ts';
import { MessageTime } from './message-time.tsx';
import { Progress } from './progress.tsx';
import { ReadAloudButton } from './read-aloud/read-aloud-button.tsx';
import { ShortVersion, useShortVersion } from './short-version.tsx';
import { Steps } from './steps.tsx';
import { Thoughts } from './thoughts.tsx';

const { answer: words, progress: lines, TRY_AGAIN } = onPage.conversation;

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
  const isElsewhere = usePlatform() !== undefined;
  const short = useShortVersion(conversation, turn);
  return (
    <article class="answer" aria-label={words.name} aria-busy={turn.live} data-answer={turn.id}>
      <Mark />
      <div class="answer-body">
        {turn.hasThoughts && !turn.live && <Thoughts conversation={conversation} turn={turn.id} />}
        {turn.steps && turn.steps.length > 0 && (
          <Steps conversation={conversation} turn={turn.id} steps={turn.steps} live={turn.live} />
        )}
        {turn.answer !== '' && (
          <KeepSelection>
            <Markdown text={turn.answer} growing={turn.live} />
          </KeepSelection>
        )}
        {!turn.live && turn.files && turn.files.length > 0 && (
          <MadeFiles conversation={conversation} files={turn.files} />
        )}
        {notice !== null && (
          <p class={turn.end === 'stopped' ? 'notice calm' : 'notice'} role="note" aria-label={words.notice}>
            {notice}
          </p>
        )}
        {!turn.live && turn.footer && <p class="footer">{turn.footer}</p>}
        {!turn.live && <ShortVersion state={short.state} />}
        <div class="answer-foot">
          {turn.live ? (
            <ProgressLine first={first} begun={turn.answer !== ''} steps={turn.steps ?? []} />
          ) : isElsewhere ? (
            turn.answer !== '' && <CopyButton text={turn.answer} name={words.copy} />
          ) : (
            <Actions turn={turn} last={last} shorten={short.ask} />
          )}
          {turn.versions?.areAnswers && <Versions versions={turn.versions} seq={turn.seq} />}
          {!turn.live && turn.answer !== '' && <AnsweredBy model={turn.model} />}
        </div>
      </div>
    </article>
  );
}

/**
 * Actions under an answer. A complete one is regenerated on a branch, so that both can be read; an unfinished one in
 * its place.
 */
function Actions({ turn, last, shorten }: { turn: TurnView; last: boolean; shorten: () => void }) {
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
        question={words.deleteQuestion}
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
      {turn.answer !== '' && <CopyButton text={turn.answer} name={words.copy} />}
      {turn.answer !== '' && <ReadAloudButton />}
      {turn.answer.length > LONG_ANSWER && (
        <button type="button" class="quiet" onClick={shorten}>
          {words.short}
        </button>
      )}
      <button
        type="button"
        class={isWhole || isCut ? 'quiet' : 'pill'}
        disabled={asking}
        onClick={() => act(isWhole || isCut ? regenerate : retry)}
      >
        <AgainIcon /> {isWhole || isCut ? words.regenerate : TRY_AGAIN}
      </button>
      {(isWhole || isCut) && <OtherModel turn={turn} />}
      {last && canGoOnAfter(turn.end) && turn.answer !== '' && (
        <button type="button" class="pill" disabled={asking} onClick={() => act(goOn)}>
          <DownIcon /> {words.continue}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={words.delete}
        title={words.delete}
        disabled={asking}
        ref={remove}
        onClick={() => setDeleting(true)}
      >
        <BinIcon />
      </button>
      {turn.endedAt !== undefined && <MessageTime at={turn.endedAt} />}
    </>
  );
}

const PROGRESS: Record<PageState['progress'], string> = {
  ...lines,
  restarting: restarting,
};

/** After this time without text, people wonder whether the answer still comes, ms. */
const STILL_MS = 30_000;

function ProgressLine({ first, begun, steps }: { first: boolean; begun: boolean; steps: StepView[] }) {
  const followed = useStore((state) => state.progress);
  const progress = first ? followed : 'waiting';
  const saying = useStore((state) => state.saying);
  const isThinking = progress === 'thinking' && !begun;
  const isLong = useLapse(isThinking, STILL_MS);
  if (first && progress === 'thinking' && saying) return <Progress>{saying}</Progress>;
  if (isThinking && isLong) return <Progress>{lines.stillThinking}</Progress>;
  // A step that runs has a line of its own.
  const isStepping = steps.some(({ state }) => state === 'running');
  const isPlain = progress === 'thinking' && (begun || isStepping);
  return (
    <Progress>
      {isPlain ? (
        <span class="visually-hidden">{isStepping ? lines.working : lines.writing}</span>
      ) : (
        PROGRESS[progress]
      )}
    </Progress>
  );
}
