import type { TurnView } from '../api.ts';
import { backOff } from './back-off.ts';
import { type Follower, followTurn } from './follow.ts';
import { refreshConversations, reload } from './open.ts';
import { announce, getState, setState, subscribe } from './state.ts';

const NOTICED_MS = 1_000;

/**
 * Keeps the page following the first live turn of the open conversation, whatever made it live. One turn
 * at a time: the others wait for it anyway, and a browser opens few connections to one server.
 */
export function keepFollowing(): void {
  let following = '';
  let letGo = () => {};
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let noticing: ReturnType<typeof setTimeout> | undefined;

  /** A break that is over in a moment is none to a person. */
  const notice = () => {
    noticing ??= setTimeout(() => {
      if (getState().progress !== 'restarting') setState({ progress: 'reconnecting' });
    }, NOTICED_MS);
  };
  const stopNoticing = () => {
    clearTimeout(noticing);
    noticing = undefined;
  };

  const check = () => {
    const { open } = getState();
    const turn = open.turns.find((each) => each.live);
    const wanted = open.id !== null && turn ? `${open.visit} ${turn.id}` : '';
    if (wanted === following) return;
    letGo();
    clearTimeout(retry);
    stopNoticing();
    following = wanted;
    failures = 0;
    if (open.id !== null && turn) follow(open.id, turn);
    else letGo = () => {};
  };

  const follow = (conversation: string, turn: TurnView) => {
    if (failures === 0) setState({ progress: 'thinking' });
    const follower: Follower = {
      text(answer) {
        failures = 0;
        changeTurn(conversation, turn.id, { answer });
        if (getState().progress !== 'thinking') setState({ progress: 'thinking' });
      },
      status(progress) {
        setState({ progress });
      },
      end({ end, notice }) {
        const answer = shownOf(turn.id);
        changeTurn(conversation, turn.id, { end, notice, live: false });
        if (getState().stopping === turn.id) setState({ stopping: null });
        announce(spoken(answer, notice));
        // An attempt that brought nothing leaves the answer that was there before it.
        if (answer === '') reload(conversation);
        refreshConversations();
      },
      broken: notice,
      connected() {
        stopNoticing();
        setState({ progress: 'thinking' });
      },
      lost() {
        notice();
        retry = setTimeout(again, failures === 0 ? 0 : backOff(failures));
        failures++;
      },
    };
    const again = async () => {
      const reached = await reload(conversation);
      if (following !== `${getState().open.visit} ${turn.id}`) return;
      if (reached) follow(conversation, turn);
      else follower.lost();
    };
    letGo = followTurn(conversation, turn.id, shownOf(turn.id), follower);
  };

  subscribe(check);
}

function changeTurn(conversation: string, turn: string, change: Partial<TurnView>): void {
  const { open } = getState();
  if (open.id !== conversation) return;
  const turns = open.turns.map((each) => (each.id === turn ? { ...each, ...change } : each));
  setState({ open: { ...open, turns } });
}

function shownOf(turn: string): string {
  return getState().open.turns.find((each) => each.id === turn)?.answer ?? '';
}

/** What a screen reader says when an answer has ended; its text stands in the conversation, once. */
function spoken(answer: string, notice: string | null): string {
  if (answer === '') return 'There is no answer; a notice says why.';
  return notice === null ? 'Parley has answered.' : 'Parley has answered, with a notice.';
}
