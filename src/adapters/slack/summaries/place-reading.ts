/** Reads the newest messages of a conversation or thread as people see them, for a person who is a member of it. */
import type { WebClient } from '@slack/web-api';
import { placesAround } from '../../../chat/conversation-ids.ts';
import type { ForgottenReading } from '../../../chat/forgotten.ts';
import type { PlaceRead, ReadMessage, ReadPlace, WantedMessages } from '../../../core/short/read-place.ts';
import type { Quote } from '../../../core/types.ts';
import { isSureRefusal } from '../api/errors.ts';
import { timeOf } from '../ids.ts';
import { tsAt } from '../incoming/missed.ts';
import type { CommandOrigin } from '../interactions/modals/origin.ts';
import { withoutForgotten } from '../reading/shares.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import { readThread } from '../reading/thread-reading.ts';
import type { Workspace, Workspaces } from '../workspaces/workspaces.ts';

export interface PlaceReadingOptions {
  workspaces: Pick<Workspaces, 'of'>;
  forgotten: ForgottenReading;
  /** Everything that people see in a message, a quote for each author. */
  quoteOf(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
}

export type ReadPlaceOf = (origin: CommandOrigin, user: string) => ReadPlace;

/** Members and messages of a page (conversations.members: 999 at most; conversations.history: 1,000 before 2025). */
const PAGE_MEMBERS = 999;
const PAGE_MESSAGES = 200;
const MOST_PAGES = 10;
/** Kinds of messages that people and apps write. The others are Slack's own, such as of a person who joined. */
const SAID = new Set<string | undefined>([
  undefined,
  'bot_message',
  'file_share',
  'me_message',
  'thread_broadcast',
]);

type Failed = Extract<PlaceRead, string>;
type Found = { messages: SlackMessage[]; isCut: boolean };

export function createPlaceReading(options: PlaceReadingOptions): ReadPlaceOf {
  const { workspaces, forgotten } = options;
  return ({ team, conversation, channel, thread, at }, user) =>
    async (wanted, signal) => {
      const workspace = await workspaces.of(team);
      if (!workspace || channel === undefined) return 'not-readable';
      const { edits, botId, botUserId } = workspace;
      const member = await isMember(edits, channel, user, signal);
      if (member !== true) return member;
      const then = await forgotten.at(placesAround(conversation), botUserId);
      const until = then.historyUntil;
      const found = thread
        ? await inThread(edits, { channel, thread, before: at ?? tsAt(Date.now()), after: until })
        : await inChannel(edits, channel, { wanted, after: until, signal });
      if (typeof found === 'string') return found;
      const isWanted = ({ ts, subtype, user: by = '', bot_id }: SlackMessage) =>
        SAID.has(subtype) &&
        ts !== at &&
        timeOf(ts) >= (wanted.since ?? 0) &&
        !then.asHistory({ id: ts, author: bot_id === botId ? botUserId : by });
      const messages: ReadMessage[] = [];
      for (const sent of found.messages.filter(isWanted).slice(-wanted.most)) {
        signal.throwIfAborted();
        const message = await withoutForgotten({ ...sent, channel }, workspace, forgotten);
        const quotes = await options.quoteOf(message, workspace);
        const link = () => permalink(edits, channel, sent.ts);
        if (quotes.length > 0) messages.push({ at: timeOf(sent.ts), quotes, link });
      }
      return { messages, isCut: found.isCut };
    };
}

/** Whether the person is in the conversation, and so may read all of it. */
async function isMember(
  client: WebClient,
  channel: string,
  user: string,
  signal: AbortSignal,
): Promise<true | Failed> {
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page++) {
      if (signal.aborted) return 'later';
      const { members = [], response_metadata } = await client.conversations.members({
        channel,
        limit: PAGE_MEMBERS,
        ...(cursor && { cursor }),
      });
      if (members.includes(user)) return true;
      cursor = response_metadata?.next_cursor;
      if (!cursor) return 'not-allowed';
    }
    return 'not-allowed';
  } catch (error) {
    return failureOf(error);
  }
}

/** Messages of a conversation, oldest first, without those in threads. Slack lists them newest first. */
async function inChannel(
  client: WebClient,
  channel: string,
  {
    wanted: { most, since = 0 },
    after,
    signal,
  }: { wanted: WantedMessages; after: string | undefined; signal: AbortSignal },
): Promise<Found | Failed> {
  const oldest = [tsAt(since), after ?? '0'].reduce((one, other) =>
    Number(one) > Number(other) ? one : other,
  );
  const messages: SlackMessage[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES && messages.length < most; page++) {
      if (signal.aborted) break;
      const found = await client.conversations.history({
        channel,
        oldest,
        limit: PAGE_MESSAGES,
        ...(cursor && { cursor }),
      });
      const sent = (found.messages ?? []) as SlackMessage[];
      messages.unshift(...sent.filter(({ subtype }) => SAID.has(subtype)).toReversed());
      cursor = found.response_metadata?.next_cursor;
      if (!cursor) return { messages, isCut: false };
    }
  } catch (error) {
    // The pages read until then are used.
    if (messages.length === 0) return failureOf(error);
  }
  return messages.length > 0 ? { messages, isCut: true } : 'later';
}

async function inThread(
  client: WebClient,
  {
    channel,
    thread,
    before,
    after,
  }: { channel: string; thread: string; before: string; after: string | undefined },
): Promise<Found | Failed> {
  const { first, last, between, isCut } = await readThread(client, channel, thread, before, after);
  if (isCut && !first && last.length === 0) return 'not-readable';
  return { messages: [...(first ? [first] : []), ...last], isCut: isCut || between > 0 };
}

/** The address of a message as Slack makes it (chat.getPermalink). */
async function permalink(client: WebClient, channel: string, ts: string): Promise<string | undefined> {
  try {
    const { permalink: link } = await client.chat.getPermalink({ channel, message_ts: ts });
    return link !== undefined && URL.canParse(link) && link.startsWith('https://')
      ? encodeURI(decodeURI(link))
      : undefined;
  } catch {
    return undefined;
  }
}

const failureOf = (error: unknown): Failed => (isSureRefusal(error) ? 'not-readable' : 'later');
