import { useLayoutEffect } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { DownIcon } from '../icons.tsx';
import { useFoundTurn } from '../search/found-turn.ts';
import { show } from '../state/open.ts';
import { putBack } from '../state/send.ts';
import { type OpenConversation, useStore } from '../state/state.ts';
import { liveTurn } from '../state/turns.ts';
import { Said } from './person-message.tsx';
import { Progress } from './progress.tsx';
import { QuoteButton } from './quoting/quote-button.tsx';
import { useStickToEnd } from './stick-to-end.ts';
import { Welcome } from './welcome.tsx';
import type { LogRow } from './window/rows.ts';
import { Space } from './window/space.tsx';
import { Turn } from './window/turn.tsx';
import { useWindow } from './window/use-window.ts';

const { log, message: words, TRY_AGAIN } = onPage.conversation;

/** The open conversation: its turns, oldest first, then the messages that are being sent. */
export function Conversation() {
  const open = useStore((state) => state.open);
  const heldUp = useStore((state) => state.heldUp);
  const ready = useStore((state) => state.stage === 'ready');
  const sending = useSending(open);
  const { scroller, content, away, toEnd, leave } = useStickToEnd(open.visit);
  const { rows, enter } = useWindow(open, scroller, content);
  useFoundTurn(open, leave);

  // A person who sends a message wants to see it and its answer.
  const count = sending.length;
  useLayoutEffect(() => {
    if (count > 0) toEnd();
  }, [count, toEnd]);

  if (open.failure !== null) return <Unread open={open} />;
  const isFresh = ready && open.turns.length === 0 && count === 0 && !open.loading;
  const live = liveTurn(open.turns);
  const last = open.turns.at(-1);
  return (
    <div class="scroll-frame">
      <div
        class="scroller"
        role="log"
        aria-label={log.name}
        aria-live="off"
        aria-busy={!ready || open.loading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach
        tabIndex={0}
        ref={scroller}
      >
        {isFresh && <Welcome />}
        <div class="column" ref={content} hidden={isFresh}>
          {rows.map((row, index) =>
            row.turn ? (
              <Turn
                key={row.turn.id}
                turn={row.turn}
                conversation={open.id ?? ''}
                first={row.turn === live}
                last={row.turn === last && count === 0}
              />
            ) : (
              <Space
                key={spaceKey(rows, index)}
                space={row}
                isAbove={index < rows.length - 1}
                isBelow={index > 0}
                enter={enter}
              />
            ),
          )}
          {sending.map((message) => (
            <Said key={message.id} text={message.text} files={message.files} sending={!heldUp} />
          ))}
          {heldUp && count > 0 && <HeldUp />}
        </div>
      </div>
      <QuoteButton />
      {away && (
        <button type="button" class="pill jump" onClick={toEnd}>
          <DownIcon /> {log.jump}
        </button>
      )}
    </div>
  );
}

/** Spaces are told apart by their order. */
const spaceKey = (rows: LogRow[], index: number) =>
  `space ${rows.slice(0, index).filter(({ turn }) => !turn).length}`;

/** The messages to this conversation that the server has not told of. */
function useSending(open: OpenConversation) {
  const outgoing = useStore((state) => state.outgoing);
  // The server may have told of a message before it answered the request that sent it.
  return outgoing.filter(
    ({ id, conversation, visit }) =>
      // While the conversation loads, a single message would look like all of it.
      !(open.loading && open.turns.length === 0) &&
      (visit === open.visit || (conversation ?? visit) === open.id) &&
      !open.turns.some((turn) => turn.id === id),
  );
}

/** Says that a message waits for the server. The person can take the message back until then. */
function HeldUp() {
  return (
    <div class="held-up">
      <Progress>{words.heldUp}</Progress>
      <button type="button" class="small" onClick={() => putBack(null)}>
        {words.takeBack}
      </button>
    </div>
  );
}

function Unread({ open }: { open: OpenConversation }) {
  return (
    <div class="failed">
      <p role="alert">{open.failure}</p>
      <button type="button" class="primary" onClick={() => open.id !== null && show(open.id)}>
        {TRY_AGAIN}
      </button>
    </div>
  );
}
