import type { AttachmentView } from '../api.ts';
import { dropFile, type PickedFile } from './attachments.ts';
import { backOff } from './back-off.ts';
import { putTurn, refreshConversations, reload } from './open.ts';
import { setRoute } from './route.ts';
import { ServerError, sentenceOf, server } from './server.ts';
import { announce, getState, type Outgoing, setState } from './state.ts';
import { uuid } from './uuid.ts';

/** The message that failed last: sent again unchanged, it keeps its id, so that it is answered once. */
let failed: Outgoing | null = null;

/** Runs until the next attempt to reach the server. */
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Sends what stands in the message box; what is sent meanwhile waits its turn. */
export function send(): void {
  const { draft, files, open, outgoing, limits } = getState();
  const text = draft.trim();
  if (text === '' && files.length === 0) return;
  if (text.length > limits.messageCharacters) {
    const most = limits.messageCharacters.toLocaleString('en');
    setState({
      problem: `This message is too long: ${text.length.toLocaleString('en')} characters, and ${most} fit.`,
    });
    return;
  }
  const same = failed?.text === text && failed.files.every((file, index) => file === files[index]);
  const message: Outgoing = {
    id: same && failed && failed.files.length === files.length ? failed.id : uuid(),
    conversation: open.id,
    visit: open.visit,
    text,
    files,
  };
  failed = null;
  setState({ draft: '', files: [], problem: null, outgoing: [...outgoing, message] });
  if (outgoing.length === 0) sendNext();
}

/**
 * Sends what waits to be sent, in order. While the server cannot be reached the same message is sent again and again,
 * under the same id; where it refuses, all goes back to where it was written.
 */
export async function sendNext(failures = 0): Promise<void> {
  const message = getState().outgoing[0];
  if (!message) return;
  try {
    await deliver(message);
  } catch (error) {
    // Taken back meanwhile.
    if (!getState().outgoing.includes(message)) return;
    if (!(error instanceof ServerError && error.isPassing)) return putBack(sentenceOf(error));
    if (failures === 1) announce('Parley cannot be reached. Your message is sent once it can be.');
    setState({ heldUp: failures > 0 });
    waiting = setTimeout(sendNext, backOff(failures), failures + 1);
    return;
  }
  sendNext();
}

async function deliver(message: Outgoing): Promise<void> {
  const conversation = message.conversation ?? (await begin(message.visit));
  const attachments: string[] = [];
  for (const file of message.files) attachments.push((await upload(conversation, file)).id);
  const { turn } = await server.send(conversation, { id: message.id, text: message.text, attachments });
  if (turn) putTurn(conversation, turn);
  else await reload(conversation);
  setState({ outgoing: getState().outgoing.filter((each) => each !== message), heldUp: false });
  message.files.forEach(dropFile);
  refreshConversations();
}

/** Makes a visit that began without a conversation one; there is only ever one of it. */
async function begin(visit: string): Promise<string> {
  const conversation = await server.create(visit);
  const { open, conversations } = getState();
  if (!conversations.some(({ id }) => id === conversation.id))
    setState({ conversations: [conversation, ...conversations] });
  if (open.visit === visit) {
    setRoute(conversation.id, true);
    setState({ open: { ...open, id: conversation.id } });
  }
  return conversation.id;
}

async function upload(conversation: string, file: PickedFile): Promise<AttachmentView> {
  if (file.uploaded?.conversation !== conversation) {
    file.uploaded = { conversation, view: await server.upload(conversation, file.name, file.bytes) };
  }
  return file.uploaded.view;
}

/** Everything not sent goes back to where it was written. */
export function putBack(problem: string | null): void {
  clearTimeout(waiting);
  const { outgoing, draft, files } = getState();
  const only = outgoing.length === 1 && draft === '' && files.length === 0;
  failed = only ? (outgoing[0] ?? null) : null;
  const texts = [...outgoing.map((message) => message.text), draft].filter((text) => text !== '');
  setState({
    outgoing: [],
    heldUp: false,
    draft: texts.join('\n\n'),
    files: [...outgoing.flatMap((message) => message.files), ...files],
    problem,
  });
}
