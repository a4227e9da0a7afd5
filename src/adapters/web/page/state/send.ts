import { onPage } from '../../sentences/en.ts';
import { backOff } from '../connection/back-off.ts';
import { ServerError, server } from '../connection/server.ts';
import { uuid } from '../connection/uuid.ts';
import { dropFile, upload } from '../drafts/attachments.ts';
import { changeDraft } from '../drafts/drafts.ts';
import { clean } from '../markdown/clean.ts';
import { putConversation, reload } from './open.ts';
import { problemOf } from './problem.ts';
import { setRoute } from './route.ts';
import { announce, getState, type Outgoing, type PageState, type Problem, setState } from './state.ts';
import { putTurn } from './turns.ts';

/**
 * The message that failed last. If the person sends it again unchanged, it keeps its id, so that it is answered
 * once.
 */
let failed: Outgoing | null = null;

/** Timer of the next attempt to reach the server. */
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Sends the draft in the message box. A message sent while another is on its way waits for it. */
export function send(): void {
  const state = getState();
  const { files, open, outgoing } = state;
  const text = clean(state.draft).trim();
  if (text === '' && files.length === 0) return;
  const problem = tooLong(state);
  if (problem) {
    setState({ problem });
    return;
  }
  const same = failed?.text === text && failed.files.every((file, index) => file === files[index]);
  const message: Outgoing = {
    id: same && failed && failed.files.length === files.length ? failed.id : uuid(),
    conversation: open.id,
    visit: open.visit,
    branch: open.branch,
    text,
    files,
    chosen: open.chosen,
  };
  failed = null;
  setState({ draft: '', files: [], problem: null, outgoing: [...outgoing, message] });
  if (outgoing.length === 0) sendNext();
}

function tooLong({ draft, limits }: PageState): Problem | undefined {
  const { length } = draft.trim();
  const most = limits.messageCharacters;
  if (length <= most) return undefined;
  return {
    sentence: onPage.composer.tooLong(length, most),
    isOver: (state) => tooLong(state) === undefined,
  };
}

/**
 * Sends the outgoing messages in order. While the server cannot be reached, the same message is retried under the
 * same id. If the server refuses, all of them go back to the message box.
 */
export async function sendNext(failures = 0): Promise<void> {
  const message = getState().outgoing[0];
  if (!message) return;
  try {
    await deliver(message);
  } catch (error) {
    // The person took the message back meanwhile.
    if (!getState().outgoing.includes(message)) return;
    if (!(error instanceof ServerError && error.isPassing)) {
      if (error instanceof ServerError && error.code === 'no-attachment') dropLost(message);
      return putBack(problemOf(error));
    }
    if (failures === 1) announce(onPage.composer.SENT_LATER);
    setState({ heldUp: failures > 0 });
    waiting = setTimeout(sendNext, backOff(failures), failures + 1);
    return;
  }
  sendNext();
}

/**
 * Sends a message. The first message of a visit begins a conversation with the visit's id, so that a retry cannot
 * begin a second one.
 */
async function deliver(message: Outgoing): Promise<void> {
  const id = message.conversation ?? message.visit;
  const attachments: string[] = [];
  for (const file of message.files) attachments.push((await upload(id, file)).id);
  const { turn, conversation } = await server.send(
    id,
    {
      id: message.id,
      text: message.text,
      attachments,
      ...(Object.keys(message.chosen ?? {}).length > 0 && { chosen: message.chosen }),
      ...(message.conversation === null && { begins: true }),
    },
    message.branch,
  );
  putConversation(conversation);
  const { open } = getState();
  if (open.visit === message.visit && open.id === null) {
    setRoute(id, true);
    setState({ open: { ...open, id } });
  }
  // If this window missed an earlier message, both are shown together.
  const isShown = turn !== null && putTurn(id, turn);
  if (!isShown && !(await reload(id))) throw new ServerError(onPage.problems.UNREACHABLE, 0);
  setState({ outgoing: getState().outgoing.filter((each) => each !== message), heldUp: false });
  message.files.forEach(dropFile);
}

/**
 * Handles files that are gone from the server. Those whose bytes are still here can be uploaded again; the
 * others are dropped.
 */
function dropLost(message: Outgoing): void {
  const files = message.files.filter(({ bytes }) => bytes !== null);
  for (const file of files) delete file.uploaded;
  const outgoing = getState().outgoing.map((each) => (each === message ? { ...each, files } : each));
  setState({ outgoing });
}

/** Puts all unsent messages back into the draft they were written in. */
export function putBack(problem: Problem | null): void {
  clearTimeout(waiting);
  const { outgoing, draft, files } = getState();
  const only = outgoing.length === 1 && draft === '' && files.length === 0;
  failed = only ? (outgoing[0] ?? null) : null;
  setState({ outgoing: [], heldUp: false, problem });
  // Start with the last, so that each message comes before the text written after it.
  for (const message of outgoing.toReversed()) {
    changeDraft(message, (draft) => ({
      text:
        draft.text === '' || message.text === ''
          ? message.text + draft.text
          : `${message.text}\n\n${draft.text}`,
      files: [...message.files, ...draft.files],
    }));
  }
}
