import type { TurnView } from '../../api.ts';
import { refreshConversations, reload } from '../state/open.ts';
import { announce, getState, setState, subscribe } from '../state/state.ts';
import { changeTurn, liveTurn } from '../state/turns.ts';
import { backOff } from './back-off.ts';
import { type Connection, connect } from './connection.ts';
import { type Follower, followTurn } from './follow-turn.ts';
import { sessionEventsUrl } from './server.ts';
import { type Slot, takeSlot } from './slots.ts';

const NOTICED_MS = 1_000;

/** Time until a hidden window closes its connection, ms. The window reads again when it is seen. */
const HIDDEN_MS = 20_000;
/** Polling interval of a window without a connection, ms. */
const LOOK_MS = 3_000;
const CHANGES = 'changes';
const LOOKS = 'looks';

/**
 * Follows the live turn of the open conversation, and always the changes by other windows. Both use one connection,
 * if the browser has one left (slots.ts).
 */
export function keepFollowing(): void {
  let following = '';
  let connection: Connection | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let noticing: ReturnType<typeof setTimeout> | undefined;
  /** Counts followed subjects, so that a late callback knows whether it still matters. */
  let course = 0;
  let isAsleep = document.visibilityState === 'hidden';
  let slot: Slot | undefined;
  let sleeping: ReturnType<typeof setTimeout> | undefined;

  /** People do not need to hear of a break that lasts a moment. */
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
    const { open, stage } = getState();
    const turn = liveTurn(open.turns);
    const subject = open.id !== null && turn ? `${open.visit} ${turn.id}` : CHANGES;
    const wanted = isAsleep || stage !== 'ready' ? '' : onSlot(subject);
    if (wanted === following) return;
    connection?.close();
    connection = undefined;
    clearTimeout(retry);
    stopNoticing();
    following = wanted;
    course++;
    failures = 0;
    if (wanted === CHANGES) listen();
    else if (wanted === LOOKS) look();
    else if (wanted !== '' && open.id !== null && turn) follow(open.id, turn);
  };

  /** Returns `subject` if this window may hold a connection. */
  const onSlot = (subject: string) => {
    slot ??= takeSlot(() => check());
    return slot.isMine ? subject : slot.isMine === undefined ? '' : LOOKS;
  };

  const look = () => {
    const mine = course;
    retry = setTimeout(async () => {
      const { id } = getState().open;
      await Promise.all([refreshConversations(), id !== null && reload(id)]);
      if (course === mine) look();
    }, LOOK_MS);
  };

  /** Listens for changes while nothing is being answered. */
  const listen = () => {
    const mine = course;
    const again = async () => {
      // Only a request tells a window that its access has expired.
      await refreshConversations();
      if (course === mine) listen();
    };
    connection = connect(sessionEventsUrl, () => {}, {
      broken() {},
      connected() {
        failures = 0;
      },
      lost() {
        retry = setTimeout(again, failures === 0 ? 0 : backOff(failures));
        failures++;
      },
    });
  };

  const follow = (conversation: string, turn: TurnView) => {
    const mine = course;
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
      end({ end, notice, hasThoughts }) {
        const answer = shownOf(turn.id);
        changeTurn(conversation, turn.id, { end, notice, live: false, ...(hasThoughts && { hasThoughts }) });
        if (getState().stopping === turn.id) setState({ stopping: null });
        announce(spoken(answer, notice));
        // After an attempt without text, the earlier answer stands again.
        if (answer === '') reload(conversation);
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
      if (course !== mine) return;
      if (reached) follow(conversation, turn);
      else follower.lost();
    };
    connection = followTurn(conversation, turn.id, shownOf(turn.id), follower);
  };

  const setAsleep = (asleep: boolean) => {
    isAsleep = asleep;
    if (asleep) {
      slot?.leave();
      slot = undefined;
    }
    check();
  };
  /** Checks the connection, which may have died without a sign. */
  const wake = () => {
    if (document.visibilityState === 'hidden') return;
    if (connection?.isSilent()) {
      connection.close();
      following = '';
    }
    setAsleep(false);
  };
  document.addEventListener('visibilitychange', () => {
    clearTimeout(sleeping);
    if (document.visibilityState === 'hidden') sleeping = setTimeout(setAsleep, HIDDEN_MS, true);
    else wake();
  });
  // The machine may have slept, or the browser may have suspended the page.
  for (const name of ['online', 'pageshow']) addEventListener(name, wake);
  document.addEventListener('resume', wake);
  subscribe(check);
}

function shownOf(turn: string): string {
  return getState().open.turns.find((each) => each.id === turn)?.answer ?? '';
}

/** The sentence a screen reader says when an answer has ended. The answer's text is in the conversation only once. */
function spoken(answer: string, notice: string | null): string {
  if (answer === '') return 'There is no answer; a notice says why.';
  return notice === null ? 'Parley has answered.' : 'Parley has answered, with a notice.';
}
