/**
 * What was said in a thread so far: its first message and its last ones. Slack pages a thread oldest first, so its end
 * is reached by reading on (conversations.replies).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from './slack-message.ts';

export interface ThreadSoFar {
  first: SlackMessage | undefined;
  /** Oldest first. */
  last: SlackMessage[];
  /** Messages between the two. */
  between: number;
  /** Whether what was said at the end could not be read. */
  isCut: boolean;
}

/**
 * Messages of one page (conversations.replies: 1,000 at most). Slack gives apps that are distributed outside its
 * Marketplace 15, once a minute (rate limits, 2025).
 */
const PAGE_MESSAGES = 999;
const MOST_PAGES = 30;
/** Of the whole reading: a question waits for it. */
const DEADLINE_MS = 3_000;
/** Messages that are kept of the end. */
const LAST_MESSAGES = 100;

/**
 * Never throws: whether a thread can be read is a matter of scopes and of limits.
 * @param client one that does not wait for a rate limit
 */
export async function readThread(
  client: WebClient,
  channel: string,
  thread: string,
  before: string,
): Promise<ThreadSoFar> {
  const found: ThreadSoFar = { first: undefined, last: [], between: 0, isCut: false };
  const done = new AbortController();
  const late = sleep(DEADLINE_MS, undefined, { signal: done.signal });
  late.catch(() => {});
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page++) {
      const call = client.conversations.replies({
        channel,
        ts: thread,
        latest: before,
        limit: PAGE_MESSAGES,
        ...(cursor && { cursor }),
      });
      const answer = await Promise.race([call, late]);
      if (!answer) break;
      add(found, (answer.messages ?? []) as SlackMessage[], thread, before);
      cursor = answer.response_metadata?.next_cursor;
      if (!cursor) return found;
    }
  } catch {
    // What was read until then is told.
  } finally {
    done.abort();
  }
  return { ...found, isCut: true };
}

function add(found: ThreadSoFar, messages: SlackMessage[], thread: string, before: string): void {
  for (const message of messages) {
    if (message.ts === undefined || message.ts === before) continue;
    // Slack may list the first message on each page.
    if (message.ts === thread) found.first ??= message;
    else found.last.push(message);
  }
  const surplus = Math.max(0, found.last.length - LAST_MESSAGES);
  found.last.splice(0, surplus);
  found.between += surplus;
}
