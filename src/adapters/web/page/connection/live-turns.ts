import type { StepView, TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { refreshConversations, reload } from '../state/open.ts';
import { announce, getState, setState, subscribe } from '../state/state.ts';
import { changeTurn, liveTurn } from '../state/turns.ts';
import { answeredHere } from '../unread/keep-read.ts';
import { connect } from './connection.ts';
import { type Course, createCourse } from './course.ts';
import { type Follower, followTurn } from './follow-turn.ts';
import { sessionEventsUrl } from './server.ts';
import { type Slot, takeSlot } from './slots.ts';

/** Time until a hidden window closes its connection, ms. The window reads again when it is seen. */
const HIDDEN_MS = 20_000;
/** Polling interval of a window without a connection, ms; while it is hidden. */
const LOOK_MS = 3_000;
const HIDDEN_LOOK_MS = 10_000;
const CHANGES = 'changes';
const LOOKS = 'looks';
const HIDDEN_LOOKS = 'hidden looks';

/**
 * Follows the live turn of the open conversation, and always the changes by other windows. Both use one connection,
 * if the browser has one left (slots.ts).
 */
export function keepFollowing(): void {
  const course = createCourse();
  let following = '';
  let isAsleep = document.visibilityState === 'hidden';
  let slot: Slot | undefined;

  const check = () => {
    const { open, stage } = getState();
    const turn = liveTurn(open.turns);
    const subject = open.id !== null && turn ? `${open.visit} ${turn.id}` : CHANGES;
    // A hidden window holds no connection, but its person wants to hear of the answer that they wait for.
    const asleep = subject === CHANGES ? '' : HIDDEN_LOOKS;
    const wanted = stage !== 'ready' ? '' : isAsleep ? asleep : onSlot(subject);
    if (wanted === following) return;
    course.begin();
    following = wanted;
    if (wanted === CHANGES) listen(course);
    else if (wanted === LOOKS) look(course, LOOK_MS);
    else if (wanted === HIDDEN_LOOKS) look(course, HIDDEN_LOOK_MS);
    else if (wanted !== '' && open.id !== null && turn) follow(course, open.id, turn);
  };

  /** Returns `subject` if this window may hold a connection. */
  const onSlot = (subject: string) => {
    slot ??= takeSlot(() => check());
    return slot.isMine ? subject : slot.isMine === undefined ? '' : LOOKS;
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
    if (course.connection?.isSilent()) {
      course.connection.close();
      following = '';
    }
    setAsleep(false);
  };
  onVisibility(wake, () => setAsleep(true));
  subscribe(check);
}

/** Calls `sleep` when the window has been hidden for a while, and `wake` when it may be used again. */
function onVisibility(wake: () => void, sleep: () => void): void {
  let sleeping: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(sleeping);
    if (document.visibilityState === 'hidden') sleeping = setTimeout(sleep, HIDDEN_MS);
    else wake();
  });
  // The machine may have slept, or the browser may have suspended the page.
  for (const name of ['online', 'pageshow']) addEventListener(name, wake);
  document.addEventListener('resume', wake);
}

/** Polls while this window may not hold a connection. */
function look(course: Course, everyMs: number): void {
  const isStill = course.guard();
  course.later(async () => {
    const { id } = getState().open;
    await Promise.all([refreshConversations(), id !== null && reload(id)]);
    if (isStill()) look(course, everyMs);
  }, everyMs);
}

/** Listens for changes while nothing is being answered. */
function listen(course: Course): void {
  const isStill = course.guard();
  const again = async () => {
    // Only a request tells a window that its access has expired.
    await refreshConversations();
    if (isStill()) listen(course);
  };
  const connection = connect(sessionEventsUrl, () => {}, {
    broken() {},
    connected: course.succeeded,
    lost: () => course.lost(again),
  });
  course.hold(connection);
}

function follow(course: Course, conversation: string, turn: TurnView): void {
  const isStill = course.guard();
  if (!course.hasFailed) setState({ progress: 'thinking', saying: null });
  const follower: Follower = {
    text(answer) {
      course.succeeded();
      changeTurn(conversation, turn.id, { answer });
      if (getState().progress !== 'thinking') setState({ progress: 'thinking' });
    },
    status(progress) {
      setState({ progress });
    },
    steps({ steps, progress: saying }) {
      course.succeeded();
      sayNew(steps, conversation, turn.id);
      changeTurn(conversation, turn.id, { steps });
      setState({ saying, ...(getState().progress === 'retrying' && { progress: 'thinking' as const }) });
    },
    end({ end, endedAt, notice, hasThoughts, model, footer, steps, files }) {
      const answer = shownOf(turn.id);
      const more = {
        footer: footer ?? '',
        steps: steps ?? [],
        files: files ?? [],
        ...(endedAt !== undefined && { endedAt }),
        ...(hasThoughts && { hasThoughts }),
        ...(model !== undefined && { model }),
      };
      changeTurn(conversation, turn.id, { end, notice, live: false, ...more });
      if (getState().stopping === turn.id) setState({ stopping: null });
      announce(spoken(answer, notice));
      answeredHere(conversation);
      // After an attempt without text, the earlier answer stands again.
      if (answer === '') reload(conversation);
    },
    broken: course.notice,
    connected() {
      course.stopNoticing();
      setState({ progress: 'thinking' });
    },
    lost() {
      course.notice();
      course.lost(again);
    },
  };
  const again = async () => {
    const reached = await reload(conversation);
    if (!isStill()) return;
    if (reached) follow(course, conversation, turn);
    else follower.lost();
  };
  course.hold(followTurn(conversation, turn.id, shownOf(turn.id), follower));
}

const turnNow = (id: string) => getState().open.turns.find((each) => each.id === id);

const shownOf = (turn: string): string => turnNow(turn)?.answer ?? '';

/** Has screen readers say the newest step that begins. */
function sayNew(steps: StepView[], conversation: string, turn: string): void {
  if (getState().open.id !== conversation) return;
  const known = new Set(turnNow(turn)?.steps?.map(({ id }) => id));
  const begun = steps.findLast(({ id }) => !known.has(id));
  if (begun) announce(begun.says);
}

/** The sentence a screen reader says when an answer has ended. The answer's text is in the conversation only once. */
function spoken(answer: string, notice: string | null): string {
  const { ended } = onPage.conversation;
  if (answer === '') return ended.unanswered;
  return notice === null ? ended.answered : ended.withNotice;
}
