/** The open conversation is read while its window is seen: the mark of a new answer goes, on every device. */
import { server } from '../connection/server.ts';
import { putConversation } from '../state/open.ts';
import { getState, subscribe } from '../state/state.ts';

/** Pause after a mark could not be changed, ms. */
const PAUSE_MS = 10_000;

const isSeen = () => document.visibilityState === 'visible';

let isBusy = false;

export function keepRead(): void {
  subscribe(readOpen);
  document.addEventListener('visibilitychange', readOpen);
}

function readOpen(): void {
  const { open, conversations, stage } = getState();
  if (!isSeen() || stage !== 'ready' || open.loading || open.failure !== null) return;
  const entry = conversations.find(({ id }) => id === open.id);
  if (entry?.unread) void mark(entry.id, false);
}

/** An answer ended that this window followed. The server has not marked it. */
export function answeredHere(conversation: string): void {
  if (!isSeen()) void mark(conversation, true);
}

async function mark(id: string, unread: boolean): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  try {
    putConversation(await server.change(id, { unread }));
    isBusy = false;
    // The window may have been seen meanwhile.
    readOpen();
  } catch {
    setTimeout(() => {
      isBusy = false;
      readOpen();
    }, PAUSE_MS);
  }
}
