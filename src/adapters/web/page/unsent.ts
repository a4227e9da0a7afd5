/** Messages that are on their way when the page is left are sent once it is there again, in the same tab. */
import { putBack, sendNext } from './send.ts';
import { getState, type Outgoing, setState, subscribe } from './state.ts';

/** Without its files, which the browser does not keep. */
type Unsent = Omit<Outgoing, 'files'> & { hadFiles: boolean };

const UNSENT = 'parley.unsent';

export function keepUnsent(): void {
  let kept = getState().outgoing;
  subscribe(() => {
    const { outgoing } = getState();
    if (outgoing === kept) return;
    kept = outgoing;
    write(outgoing.map(({ files, ...message }) => ({ ...message, hadFiles: files.length > 0 })));
  });
}

/** To be called once the page knows what is open. */
export function sendUnsent(): void {
  const unsent = read();
  const [first] = unsent;
  if (!first) return;
  const { open } = getState();
  setState({
    outgoing: unsent.map(({ hadFiles, ...message }) => ({ ...message, files: [] })),
    ...(open.id === null && { open: { ...open, visit: first.visit } }),
  });
  if (unsent.some(({ hadFiles }) => hadFiles))
    putBack('This was not sent yet. Attach its files again, then send it.');
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
