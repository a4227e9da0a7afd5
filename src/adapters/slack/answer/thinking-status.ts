/** The status under a thread's last message, while Parley answers. */
import { en } from '../sentences/en.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface ThinkingPlace {
  workspace(): Promise<Workspace>;
  channel: string;
  thread: string;
}

export interface ThinkingOptions extends ThinkingPlace {
  /** Whether a message of the answer has been posted, or is under way. */
  isPosting(): boolean;
}

/** Renewal interval, ms: Slack clears a status after two minutes (assistant.threads.setStatus). */
const RENEWED_MS = 90_000;
/** After this time the status says that the answer takes long, ms. */
const LONG_MS = 30_000;
const { thinking, stillThinking, loading, stillLoading } = en.answers;

async function say({ workspace, channel, thread }: ThinkingPlace, status: string, lines?: string[]) {
  const { edits } = await workspace();
  const request = { channel_id: channel, thread_ts: thread, status };
  await edits.assistant.threads.setStatus(lines ? { ...request, loading_messages: lines } : request);
}

/** Never throws. */
export function clearThinking(place: ThinkingPlace): void {
  say(place, '').catch(() => {});
}

/** Shows the status once, for at most two minutes. Never throws. */
export async function sayThinking(place: ThinkingPlace): Promise<void> {
  await say(place, thinking, loading).catch(() => {});
}

/** Shows the status until the returned function is called. Never throws, since answers do not need the status. */
export function showThinking({ isPosting, ...place }: ThinkingOptions): () => void {
  let isOver = false;
  let underWay = 0;
  let said: [status: string, lines: string[]] = [thinking, loading];
  const show = async () => {
    underWay++;
    await say(place, ...said).catch(() => {});
    underWay--;
    if (isOver) clearThinking(place);
  };
  void show();
  const renewing = setInterval(show, RENEWED_MS);
  const long = setTimeout(() => {
    said = [stillThinking, stillLoading];
    void show();
  }, LONG_MS);
  return () => {
    isOver = true;
    clearInterval(renewing);
    clearTimeout(long);
    // Slack clears a status when a message is posted. It keeps one that was set later, or where nothing was posted.
    queueMicrotask(() => {
      if (underWay === 0 && !isPosting()) clearThinking(place);
    });
  };
}
