/**
 * Sends messages that were on their way when the person left the page. They go out when the page is opened again in
 * the same tab.
 */
import type { AttachmentView } from '../../api.ts';
import { sendNext } from '../state/send.ts';
import { getState, type Outgoing, setState, subscribe } from '../state/state.ts';
import { keptFile, unsentFile } from './attachments.ts';

/** An unsent message. Its files are on the server, or on their way and kept by kept-files.ts. */
type Unsent = Omit<Outgoing, 'files'> & { files: (AttachmentView | { key: string; name: string })[] };

const UNSENT = 'parley.unsent';

export function keepUnsent(): void {
  let kept = getState().outgoing;
  subscribe(() => {
    const { outgoing } = getState();
    if (outgoing === kept) return;
    kept = outgoing;
    write(outgoing.map(unsentOf));
  });
}

function unsentOf({ files, ...message }: Outgoing): Unsent {
  return { ...message, files: files.map(({ key, name, uploaded }) => uploaded?.view ?? { key, name }) };
}

/** Call this when the page knows which conversation is open. */
export function sendUnsent(): void {
  const unsent = read();
  const [first] = unsent;
  if (!first) return;
  const { open } = getState();
  setState({
    outgoing: unsent.map(({ files, ...message }) => ({
      ...message,
      files: files.map((file) =>
        'id' in file
          ? keptFile(message.conversation ?? message.visit, file)
          : unsentFile(file.key, file.name),
      ),
    })),
    ...(open.id === null && { open: { ...open, visit: first.visit } }),
  });
  sendNext();
}

function read(): Unsent[] {
  try {
    return JSON.parse(sessionStorage.getItem(UNSENT) ?? '[]');
  } catch {
    return []; // Storage is blocked.
  }
}

function write(unsent: Unsent[]): void {
  try {
    sessionStorage.setItem(UNSENT, JSON.stringify(unsent));
  } catch {
    // Storage is blocked or full: a reload loses what is not sent yet.
  }
}
