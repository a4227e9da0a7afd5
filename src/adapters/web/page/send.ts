import type { AttachmentView, TurnView } from '../api.ts';
import { dropFile, type PickedFile } from './attachments.ts';
import { putTurn, refreshConversations } from './open.ts';
import { setRoute } from './route.ts';
import { sentenceOf, server } from './server.ts';
import { getState, type Outgoing, setState } from './state.ts';
import { uuid } from './uuid.ts';

/** The message that failed last: sent again unchanged, it keeps its id, so that it is answered once. */
let failed: Outgoing | null = null;

/** Conversations made for a visit that began without one. */
const made = new Map<string, string>();

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

async function sendNext(): Promise<void> {
  const message = getState().outgoing[0];
  if (!message) return;
  try {
    const conversation = message.conversation ?? made.get(message.visit) ?? (await create(message.visit));
    const attachments: string[] = [];
    for (const file of message.files) attachments.push((await upload(conversation, file)).id);
    const { turn } = await server.send(conversation, { id: message.id, text: message.text, attachments });
    setState({ outgoing: getState().outgoing.slice(1) });
    putTurn(conversation, turn);
    message.files.forEach(dropFile);
    refreshConversations();
    sendNext();
  } catch (error) {
    putBack(sentenceOf(error));
  }
}

async function create(visit: string): Promise<string> {
  const conversation = await server.create();
  made.set(visit, conversation.id);
  const { open, conversations } = getState();
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
function putBack(problem: string): void {
  const { outgoing, draft, files } = getState();
  const only = outgoing.length === 1 && draft === '' && files.length === 0;
  failed = only ? (outgoing[0] ?? null) : null;
  const texts = [...outgoing.map((message) => message.text), draft].filter((text) => text !== '');
  setState({
    outgoing: [],
    draft: texts.join('\n\n'),
    files: [...outgoing.flatMap((message) => message.files), ...files],
    problem,
  });
}

/** Asks for the answer that is being written to end. */
export async function stop(): Promise<void> {
  const { open } = getState();
  const turn = open.turns.find((each) => each.live);
  if (open.id === null || !turn) return;
  setState({ stopping: turn.id, problem: null });
  try {
    await server.stop(open.id, turn.id);
  } catch (error) {
    setState({ stopping: null, problem: sentenceOf(error) });
  }
}

/** Has the last turn answered again. */
export async function retry(turn: TurnView): Promise<void> {
  const { open } = getState();
  if (open.id === null) return;
  setState({ problem: null, stopping: null });
  try {
    const again = await server.retry(open.id, turn.id);
    const now = getState().open;
    if (now.visit !== open.visit) return;
    setState({ open: { ...now, turns: now.turns.filter((each) => each.id !== turn.id) } });
    putTurn(open.id, again.turn);
  } catch (error) {
    setState({ problem: sentenceOf(error) });
  }
}
