/**
 * Keeps replies that arrive before the mention that begins their thread: Slack promises no order of events, and
 * redelivers. Such a reply is kept for a while, and taken again once Parley is in the thread.
 */
import { LRUCache } from 'lru-cache';
import type { SlackMessage } from '../reading/slack-message.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface Overtaking {
  /** Keeps a reply in a thread that Parley is not known to be in. */
  hold(message: SlackMessage, workspace: Workspace): void;
  /** Notes that Parley is in a thread since that ts. */
  joined(team: string, channel: string, thread: string, ts: string): void;
}

interface Held {
  message: SlackMessage;
  workspace: Workspace;
}

/** Only replies this much younger than their thread are kept, s. A later reply comes long after the mention. */
const FRESH_SECONDS = 60;
/**
 * Waits before the reply is tried again, ms. Another process may have taken the mention, at once or on
 * redelivery after a minute.
 */
const AGAIN_MS = [2_000, 10_000, 70_000];
const MOST_THREADS = 1_000;
const MOST_REPLIES = 20;

/** @param retake does nothing if the reply is not for Parley, or was taken meanwhile */
export function createOvertaking(retake: (message: SlackMessage, workspace: Workspace) => void): Overtaking {
  /** By thread. */
  const held = new LRUCache<string, Map<string, Held>>({ max: MOST_THREADS });

  return {
    hold(message, workspace) {
      const { channel = '', thread_ts: thread, ts } = message;
      if (thread === undefined || secondsBetween(thread, ts) > FRESH_SECONDS) return;
      const key = keyOf(workspace.team, channel, thread);
      const replies = held.get(key) ?? new Map<string, Held>();
      if (replies.has(ts) || replies.size >= MOST_REPLIES) return;
      replies.set(ts, { message, workspace });
      held.set(key, replies);
      const again = () => {
        if (held.get(key)?.has(ts)) retake(message, workspace);
      };
      for (const ms of AGAIN_MS) setTimeout(again, ms).unref();
    },

    joined(team, channel, thread, since) {
      const key = keyOf(team, channel, thread);
      const replies = [...(held.get(key)?.values() ?? [])];
      held.delete(key);
      // Earlier replies are read as the thread's history.
      for (const { message, workspace } of replies) if (message.ts > since) retake(message, workspace);
    },
  };
}

const keyOf = (team: string, channel: string, thread: string) => `${team} ${channel} ${thread}`;

function secondsBetween(earlier: string, later: string): number {
  return Number.parseFloat(later) - Number.parseFloat(earlier);
}
