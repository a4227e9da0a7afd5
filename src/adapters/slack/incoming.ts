/** Tells which of Slack's messages are for Parley, and makes of each what the engine answers. */
import type { WebClient } from '@slack/web-api';
import { type Access, mayAsk } from '../../core/access.ts';
import type { Settings, Transcripts } from '../../core/ports.ts';
import type { ConversationId, Message, Quote, TenantId } from '../../core/types.ts';
import type { IncomingFiles, SentFile } from '../incoming-files.ts';
import type { JoinedThreads } from '../joined-threads.ts';
import type { People } from './people.ts';
import {
  conversationOf,
  isDirect as isDirectChannel,
  messageIdOf,
  type Place,
  tenantOf,
  timeOf,
} from './place.ts';
import { mentionedIn, mentions, readable } from './text.ts';
import type { UserGroups } from './user-groups.ts';
import type { Workspace } from './workspaces.ts';

/** A message as events, history and shortcuts carry it; a ts is a text, never a number. */
export interface SlackMessage {
  type?: string;
  subtype?: string | undefined;
  channel?: string;
  channel_type?: string;
  user?: string | undefined;
  bot_id?: string | undefined;
  text?: string | undefined;
  ts: string;
  thread_ts?: string | undefined;
  hidden?: boolean;
  files?: SlackFile[] | undefined;
  attachments?: SharedMessage[] | undefined;
  /** Sent along where the app is an agent: each message of its own is a thread there. */
  app_context?: unknown;
  assistant_thread?: unknown;
}

interface SlackFile {
  id?: string;
  name?: string | null;
  mimetype?: string;
  size?: number;
  mode?: string;
  file_access?: string;
  url_private?: string;
  url_private_download?: string;
}

/** A person's place. */
export interface Spot {
  team: string;
  channel: string;
  /** Undefined where it is the channel itself, as in a plain direct message. */
  thread: string | undefined;
  user: string;
  isDirect: boolean;
}

/** A message that is shared, forwarded or linked to, as Slack copies it. */
interface SharedMessage {
  author_name?: string;
  text?: string;
  is_share?: boolean;
  is_msg_unfurl?: boolean;
}

export interface Call {
  tenant: TenantId;
  place: Place;
  isAdmin: boolean;
  access: Access;
  /** False of a message in a thread that Parley takes part in, which does not name it. */
  isAddressed: boolean;
  isDirect: boolean;
}

export interface IncomingOptions {
  people: People;
  userGroups: UserGroups;
  threads: JoinedThreads;
  files: IncomingFiles;
  settings: Settings;
  transcripts: Transcripts;
}

export interface Incoming {
  /** Where a message that names Parley, or is direct, is answered; undefined of any other. */
  spotOf(message: SlackMessage, workspace: Workspace): Spot | undefined;
  /** Undefined when the message is not for Parley. */
  recognise(message: SlackMessage, workspace: Workspace): Promise<Call | undefined>;
  /** Who calls from where, and whether they may. */
  callFrom(spot: Spot, isAddressed: boolean): Promise<Call>;
  /** What it says, as the model reads it. */
  text(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** What is to be answered; undefined when it holds nothing to answer, as a bare mention does. */
  messageOf(
    message: SlackMessage,
    workspace: Workspace,
    call: Call,
    given?: { id: string; text: string; quotes?: Quote[] },
  ): Promise<Message | undefined>;
  quoteOf(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
}

/** Messages that a person wrote; all other subtypes are the platform's, or a bot's. */
const SUBTYPES = new Set<string | undefined>([undefined, 'file_share', 'thread_broadcast']);
const SLACKBOT = 'USLACKBOT';
/** Of a thread that Parley is first called into, what is read of it in one call (2025 limit: 15). */
const EARLIER_MESSAGES = 15;
const EARLIER_CHARACTERS = 8_000;

/** Whether it was written to an agent, as Slack says with the event of a direct message. */
export function isOfAgent({ app_context, assistant_thread }: SlackMessage): boolean {
  return app_context !== undefined || assistant_thread !== undefined;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { people, userGroups, threads, files, settings, transcripts } = options;

  async function text({ text: raw = '' }: SlackMessage, { team, botUserId }: Workspace): Promise<string> {
    const mentioned = mentionedIn(raw);
    const names = new Map<string, string>();
    for (const id of mentioned.people) {
      const person = id === botUserId ? undefined : await people.find(team, id);
      if (person) names.set(id, person.name);
    }
    for (const id of mentioned.channels) {
      const name = await people.channelName(team, id);
      if (name) names.set(id, name);
    }
    const nameOf = (id: string) => names.get(id);
    return readable(raw, botUserId, { person: nameOf, channel: nameOf });
  }

  /** Messages shared with this one. */
  async function shared({ attachments = [] }: SlackMessage, workspace: Workspace): Promise<Quote[]> {
    const quotes: Quote[] = [];
    for (const one of attachments.filter(({ is_share, is_msg_unfurl }) => is_share || is_msg_unfurl)) {
      const said = await text({ ts: '', text: one.text }, workspace);
      if (said) quotes.push({ from: one.author_name ?? 'a shared message', text: said });
    }
    return quotes;
  }

  async function quoteOf(message: SlackMessage, workspace: Workspace): Promise<Quote[]> {
    const said = await text(message, workspace);
    const author = message.user ? await people.find(workspace.team, message.user) : undefined;
    const quote = said ? [{ from: author?.name || 'someone', text: said }] : [];
    return [...quote, ...(await shared(message, workspace))];
  }

  /** What was said in a thread before Parley was first called into it. */
  async function earlier(
    { channel = '', ts, thread_ts: thread }: SlackMessage,
    workspace: Workspace,
    conversation: ConversationId,
  ): Promise<Quote[]> {
    if (!thread || thread === ts) return [];
    if ((await transcripts.read(conversation, { limit: 1 })).turns.length > 0) return [];
    const found = await readThread(workspace.edits, channel, thread, ts);
    const lines: string[] = [];
    let characters = 0;
    for (const one of found.reverse()) {
      const said = await text(one, workspace);
      if (!said || one.bot_id === workspace.botId) continue;
      characters += said.length;
      if (characters > EARLIER_CHARACTERS) break;
      const author = one.user ? await people.find(workspace.team, one.user) : undefined;
      lines.unshift(`${author?.name || 'someone'}: ${said}`);
    }
    return lines.length === 0
      ? []
      : [{ from: 'this thread, before you were called', text: lines.join('\n') }];
  }

  /** Files of other workspaces come without their address. */
  async function fileOf(file: SlackFile, { client }: Workspace): Promise<SentFile | undefined> {
    let known: SlackFile | undefined = file;
    if (file.file_access === 'check_file_info' && file.id) {
      known = await client.files.info({ file: file.id }).then(
        (info) => info.file as SlackFile | undefined,
        () => undefined,
      );
    }
    const { id, name, size = 0, mimetype = '', url_private, url_private_download, mode } = known ?? {};
    const url = url_private_download ?? url_private;
    if (!id || mode === 'tombstone') return undefined;
    return { id, name: name ?? 'file', size, type: mimetype, url: url ?? '' };
  }

  async function callFrom(spot: Spot, isAddressed: boolean): Promise<Call> {
    const { team, channel, thread, user, isDirect } = spot;
    const tenant = tenantOf(team);
    const own = await settings.read(tenant);
    // Where it decides about anything, it is asked anew: it may have been taken away.
    const isAsked = own.whoMayAsk === 'admins' || own.roles?.length;
    const isAdmin = isAsked
      ? await people.isAdmin(team, user)
      : ((await people.find(team, user))?.isAdmin ?? false);
    const roles = own.roles?.length ? await userGroups.of(team, user) : [];
    return {
      tenant,
      place: {
        channel,
        ...(thread !== undefined && { thread }),
        ...(!isDirect && own.history === 'person' && { person: user }),
      },
      isAdmin,
      access: isDirect ? 'yes' : mayAsk(own, { channels: [channel], roles, isAdmin }),
      isAddressed,
      isDirect,
    };
  }

  /** Of a message that a person wrote. */
  function spotIn(
    message: SlackMessage,
    { team, botUserId }: Workspace,
  ): { spot: Spot; isAddressed: boolean } | undefined {
    const { channel = '', user, bot_id, subtype, hidden, ts, thread_ts, channel_type } = message;
    if (!SUBTYPES.has(subtype) || bot_id || hidden || !user || user === botUserId || user === SLACKBOT)
      return undefined;
    const isDirect = channel_type === 'im' || isDirectChannel(channel);
    const thread = thread_ts ?? (isDirect && !isOfAgent(message) ? undefined : ts);
    return {
      spot: { team, channel, thread, user, isDirect },
      isAddressed: isDirect || message.type === 'app_mention' || mentions(message.text ?? '', botUserId),
    };
  }

  return {
    text,
    quoteOf,
    callFrom,

    spotOf(message, workspace) {
      const said = spotIn(message, workspace);
      return said?.isAddressed ? said.spot : undefined;
    },

    async recognise(message, workspace) {
      const said = spotIn(message, workspace);
      if (!said) return undefined;
      const { channel = '', thread_ts: thread } = message;
      if (!said.isAddressed && !(thread && (await threads.has(`${workspace.team} ${channel} ${thread}`))))
        return undefined;
      return callFrom(said.spot, said.isAddressed);
    },

    async messageOf(message, workspace, { tenant, place, isDirect }, given) {
      const { team, client } = workspace;
      const { channel = '', user = '', ts } = message;
      const conversation = conversationOf(tenant, place);
      const sent: SentFile[] = [];
      for (const file of message.files ?? []) {
        const one = await fileOf(file, workspace);
        if (one) sent.push(one);
      }
      const headers = { authorization: `Bearer ${client.token ?? ''}` };
      const { taken, left } = await files.take(conversation, sent, headers);
      const quotes = [
        ...(await earlier(message, workspace, conversation)),
        ...(await shared(message, workspace)),
        ...(given?.quotes ?? []),
      ];
      const said = given?.text ?? (await text(message, workspace));
      const unread = left.map((name) => `[attached, but not a file that can be read: ${name}]`);
      if (!said && taken.length === 0 && quotes.length === 0 && unread.length === 0) return undefined;
      const isShared = !isDirect && place.person === undefined;
      const name = isShared ? (await people.find(team, user))?.name || 'someone' : '';
      return {
        id: given?.id ?? messageIdOf(team, channel, ts),
        conversation,
        lane: conversation,
        tenant,
        author: { id: user, name },
        text: [said, ...unread].filter(Boolean).join('\n'),
        attachments: taken,
        ...(quotes.length > 0 && { quotes }),
        at: timeOf(ts),
      };
    },
  };
}

/**
 * Oldest first; none where they cannot be read, which is a matter of scopes and of limits.
 * @param client one that does not wait: some apps may ask once a minute only
 */
async function readThread(
  client: WebClient,
  channel: string,
  thread: string,
  before: string,
): Promise<SlackMessage[]> {
  try {
    const { messages = [] } = await client.conversations.replies({
      channel,
      ts: thread,
      latest: before,
      limit: EARLIER_MESSAGES,
    });
    return messages.filter(({ ts }) => ts !== undefined && ts !== before) as SlackMessage[];
  } catch {
    return [];
  }
}
