/**
 * Reads a thread's first message and its last ones. Slack lists a thread oldest first, so every page is read up to the
 * end (conversations.replies).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from './slack-message.ts';

export interface ThreadSoFar {
  first: SlackMessage | undefined;
  /** Oldest first. */
  last: SlackMessage[];
  /** Number of messages between `first` and `last`. */
  between: number;
  /** Whether the end of the thread could not be read. */
  isCut: boolean;
}

/**
 * Messages of one page (conversations.replies: 1,000 at most). Apps distributed outside the Marketplace get 15,
 * once a minute (rate limits, 2025).
 */
const PAGE_MESSAGES = 999;
const MOST_PAGES = 30;
/** Deadline of the whole reading, ms. A question waits for it. */
const DEADLINE_MS = 3_000;
/** Most messages kept of the end of the thread. */
const LAST_MESSAGES = 100;

/**
 * Reads a thread. Never throws: if Slack refuses, or limits the rate, the thread counts as cut.
 * @param client must not wait for rate limits
 * @param after messages until this ts are not read; absent: all are
 */
export async function readThread(
  client: WebClient,
  channel: string,
  thread: string,
  before: string,
  after?: string,
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
        ...(after !== undefined && { oldest: after }),
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
    // The pages read until then are used.
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
