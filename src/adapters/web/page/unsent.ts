/** Messages that are on their way when the page is left are sent once it is there again, in the same tab. */
import type { AttachmentView } from '../api.ts';
import { keptFile } from './attachments.ts';
import { putBack, sendNext } from './send.ts';
import { getState, type Outgoing, setState, subscribe } from './state.ts';

/** With those of its files that the server has: the browser keeps no others. */
type Unsent = Omit<Outgoing, 'files'> & { files: AttachmentView[]; lacksFiles: boolean };

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
  const views = files.flatMap(({ uploaded }) => (uploaded ? [uploaded.view] : []));
  return { ...message, files: views, lacksFiles: views.length < files.length };
}

/** To be called once the page knows what is open. */
export function sendUnsent(): void {
  const unsent = read();
  const [first] = unsent;
  if (!first) return;
  const { open } = getState();
  setState({
    outgoing: unsent.map(({ lacksFiles, files, ...message }) => ({
      ...message,
      files: files.map((view) => keptFile(message.conversation ?? message.visit, view)),
    })),
    ...(open.id === null && { open: { ...open, visit: first.visit } }),
  });
  if (unsent.some(({ lacksFiles }) => lacksFiles))
    putBack({ sentence: 'This was not sent yet. Attach its files again, then send it.' });
  else sendNext();
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
