/** The status under a thread's last message, while Parley answers. */
import { beginningOf } from '../../../chat/markdown/characters/grapheme.ts';
import { slackText } from '../markdown/dialect.ts';
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

export interface ThinkingStatus {
  /** Says a line of plain text instead, from now on. */
  say(line: string): void;
  stop(): void;
}

/** Renewal interval, ms: Slack clears a status after two minutes (assistant.threads.setStatus). */
const RENEWED_MS = 90_000;
/** After this time the status says that the answer takes long, ms. */
const LONG_MS = 30_000;
/** Least time between two lines, ms. */
const LINE_MS = 1_500;
/** Most characters of a line beside the status (assistant.threads.setStatus, loading_messages). */
const LINE_CHARACTERS = 50;
const { thinking, stillThinking, loading, stillLoading, working } = en.answers;

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

/** Shows the status until it is stopped. Never throws, since answers do not need the status. */
export function showThinking({ isPosting, ...place }: ThinkingOptions): ThinkingStatus {
  let isOver = false;
  let underWay = 0;
  let said: [status: string, lines: string[]] = [thinking, loading];
  let line: NodeJS.Timeout | undefined;
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
  return {
    say(text) {
      if (isOver) return;
      clearTimeout(long);
      said = [working, [lineOf(text)]];
      line ??= setTimeout(() => {
        line = undefined;
        void show();
      }, LINE_MS);
    },
    stop() {
      isOver = true;
      clearInterval(renewing);
      clearTimeout(long);
      clearTimeout(line);
      // Slack clears a status when a message is posted. It keeps one that was set later, or where nothing was posted.
      queueMicrotask(() => {
        if (underWay === 0 && !isPosting()) clearThinking(place);
      });
    },
  };
}

function lineOf(text: string): string {
  if (text.length <= LINE_CHARACTERS) return slackText(text);
  return slackText(`${beginningOf(text, LINE_CHARACTERS - 1).trimEnd()}…`);
}

/** Says lines in the status of a thread whose message cannot show them. Never throws. */
export function createLineStatus(place: ThinkingPlace): (line: string | undefined) => void {
  let shown: string | undefined;
  return (line) => {
    if (line === shown) return;
    shown = line;
    if (line === undefined) clearThinking(place);
    else say(place, working, [lineOf(line)]).catch(() => {});
  };
}
