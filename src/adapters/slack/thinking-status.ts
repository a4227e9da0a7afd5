/** The status under a thread's last message, while an answer is being made. */
import type { Workspace } from './workspaces.ts';

export interface ThinkingOptions {
  workspace(): Promise<Workspace>;
  channel: string;
  thread: string;
  /** Whether a message has been posted, or is being. */
  isPosting(): boolean;
}

/** Slack clears a status after two minutes. */
const STATUS_MS = 90_000;
/** Each of 50 characters at most. */
const LOADING = ['Thinking …', 'Reading what was said …', 'Writing …'];

/** Shows it until the function it returns is called. Never throws: whether it can be shown matters to no answer. */
export function showThinking({ workspace, channel, thread, isPosting }: ThinkingOptions): () => void {
  let isOver = false;
  let underWay = 0;
  const say = async (status: string) => {
    const { edits } = await workspace();
    const request = { channel_id: channel, thread_ts: thread, status };
    await edits.assistant.threads.setStatus(
      status === '' ? request : { ...request, loading_messages: LOADING },
    );
  };
  const clear = () => void say('').catch(() => {});
  const show = async () => {
    underWay++;
    await say('is thinking …').catch(() => {});
    underWay--;
    if (isOver) clear();
  };
  void show();
  const timer = setInterval(show, STATUS_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
    // Slack clears a status when something is posted: not one that comes after it, nor where nothing is.
    queueMicrotask(() => {
      if (underWay === 0 && !isPosting()) clear();
    });
  };
}
