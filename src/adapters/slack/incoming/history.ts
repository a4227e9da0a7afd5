/**
 * Reads the messages of a workspace: slowly, so that answers do not wait for it, and as far as Slack's limits allow. Apps
 * that are distributed outside Slack's Marketplace may ask once a minute, for 15 messages (rate limits, 2025).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import { codeOf, isRefusedToken } from '../api/error-codes.ts';
import { isSureRefusal, loggable, showError } from '../api/errors.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import { en } from '../sentences/en.ts';

export interface PastMessage extends SlackMessage {
  /** The ts of the last message of the thread that it begins. */
  latest_reply?: string;
}

/** Methods throw only when they are aborted. A conversation that Parley may not read counts as empty. */
export interface History {
  /** Messages of a conversation after a ts, oldest first, without those in threads. */
  conversation(channel: string, after: string): Promise<PastMessage[]>;
  thread(channel: string, thread: string, after: string): Promise<PastMessage[]>;
  /** Ids of conversations of a kind that the bot is in. */
  conversations(kind: ConversationKind): Promise<string[]>;
}

export type ConversationKind = 'im' | 'mpim' | 'public_channel' | 'private_channel';

export interface HistoryOptions {
  team: string;
  /** A client that does not wait by itself, so that no other call waits behind it. */
  client: WebClient;
  /** Missing scopes that were logged. */
  told: Set<string>;
  signal: AbortSignal;
  log: Logger;
}

interface Page {
  messages?: unknown[];
  response_metadata?: { next_cursor?: string };
}

const PAGE_MESSAGES = 100;
const MOST_PAGES = 5;
const MOST_CONVERSATIONS = 200;
/** Calls made at once, of the 50 a minute that Slack grants for each of the methods (tier 3). */
const QUICK_CALLS = 20;
const PACE_MS = 1_500;
const AGAIN_MS = 2_000;
const MOST_ATTEMPTS = 3;
/** Waits after which the reading ends. */
const MOST_WAITS = 10;

const TOO_LITTLE = 'slack limits the reading of its history: the other missed messages are not answered';

const paged = (after: string, cursor?: string) => ({
  oldest: after,
  limit: PAGE_MESSAGES,
  ...(cursor && { cursor }),
});

export function createHistory({ team, client, told, signal, log }: HistoryOptions): History {
  let calls = 0;
  let waits = 0;
  let isOver = false;

  const pause = (ms: number) => sleep(ms, undefined, { signal });

  /** Makes a call. Undefined if Slack refuses it, or the reading has ended. */
  async function ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 1; !isOver; attempt++) {
      signal.throwIfAborted();
      if (++calls > QUICK_CALLS) await pause(PACE_MS);
      try {
        return await call();
      } catch (error) {
        tell(error);
        isOver ||= isRefusedToken(error);
        const { kind, retryAfterMs } = showError(error);
        if (isSureRefusal(error) || (kind !== 'limited' && attempt === MOST_ATTEMPTS)) return undefined;
        if (++waits > MOST_WAITS) {
          isOver = true;
          log.info({ team, code: loggable(error) }, TOO_LITTLE);
        } else await pause(retryAfterMs ?? AGAIN_MS);
      }
    }
    return undefined;
  }

  function tell(error: unknown): void {
    if (codeOf(error) !== 'missing_scope' || !(error instanceof WebAPIPlatformError)) return;
    const scope = 'needed' in error.data ? String(error.data.needed) : '';
    if (told.has(scope)) return;
    told.add(scope);
    log.warn({ team, scope }, en.operator.missingHistoryScope);
  }

  /** Reads all pages, and sorts the messages: Slack lists conversations newest first, threads oldest first. */
  async function all(read: (cursor?: string) => Promise<Page>): Promise<PastMessage[]> {
    const found: PastMessage[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await ask(() => read(cursor));
      found.push(...((answer?.messages ?? []) as PastMessage[]));
      cursor = answer?.response_metadata?.next_cursor;
      if (!cursor) break;
    }
    return found.sort((a, b) => (isLater(a.ts, b.ts) ? 1 : -1));
  }

  return {
    conversation: (channel, after) =>
      all((cursor) => client.conversations.history({ channel, ...paged(after, cursor) })),
    async thread(channel, thread, after) {
      const found = await all((cursor) =>
        client.conversations.replies({ channel, ts: thread, ...paged(after, cursor) }),
      );
      // Slack also lists the thread's first message, however old it is.
      return found.filter(({ ts }) => ts !== thread);
    },
    async conversations(types) {
      const limit = MOST_CONVERSATIONS;
      const answer = await ask(() => client.users.conversations({ types, exclude_archived: true, limit }));
      return (answer?.channels ?? []).flatMap(({ id }) => id ?? []);
    },
  };
}
