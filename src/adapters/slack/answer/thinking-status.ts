/** The status under a thread's last message, while an answer is being made. */
import { en } from '../sentences/en.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface ThinkingPlace {
  workspace(): Promise<Workspace>;
  channel: string;
  thread: string;
}

export interface ThinkingOptions extends ThinkingPlace {
  /** Whether a message has been posted, or is being. */
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

/** Shows it until the function it returns is called. Never throws: whether it can be shown matters to no answer. */
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
    // Slack clears a status when something is posted: not one that comes after it, nor where nothing is.
    queueMicrotask(() => {
      if (underWay === 0 && !isPosting()) clearThinking(place);
    });
  };
}
