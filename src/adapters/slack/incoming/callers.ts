/** Tells which of Slack's messages are for Parley, who calls, and from where. */
import { accessOf, type ChatCaller } from '../../../chat/inbox/caller.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import type { Admission } from '../../../core/access/admission.ts';
import { namesRoles, rolesNamedIn } from '../../../core/access/named-roles.ts';
import type { Settings, TenantSettings } from '../../../core/settings.ts';
import type { ConversationId } from '../../../core/types.ts';
import {
  conversationOf,
  idsOfPerson,
  isDirect as isDirectChannel,
  type Location,
  spaceOf,
  tenantOf,
} from '../ids.ts';
import type { People } from '../reading/people.ts';
import { isOfAgent, isReply, type SlackMessage } from '../reading/slack-message.ts';
import type { UserGroups } from '../reading/user-groups.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { threadKey } from './delivered.ts';
import { isInCode, mentionsIn } from './mentions.ts';

/** A person, and the place of their message or command. */
export interface Spot {
  team: string;
  channel: string;
  /** Undefined in the channel itself, as in a plain direct message. */
  thread: string | undefined;
  user: string;
  isDirect: boolean;
}

export interface Caller extends ChatCaller<Location> {
  isDirect: boolean;
  /** The caller's own workspace, if it is another one. */
  home?: string;
}

export interface CallersOptions {
  people: People;
  userGroups: UserGroups;
  threads: JoinedThreads;
  settings: Settings;
  admission: Admission;
}

export interface Callers {
  /** Whether a message names Parley, or is direct. */
  isAddressed(message: SlackMessage, workspace: Workspace): boolean;
  /** The conversation of a message, as if nobody had a history of their own. */
  placeOf(message: SlackMessage, workspace: Workspace): ConversationId;
  /** Undefined when the message is not for Parley. */
  recognise(message: SlackMessage, workspace: Workspace): Promise<Caller | undefined>;
  /** The young thread of a message that would be for Parley if Parley took part in the thread. */
  threadToFollow(message: SlackMessage, workspace: Workspace): string | undefined;
  /** A caller in a place, and whether they may ask. @param settings the tenant's, if they were read already */
  callFrom(spot: Spot, settings?: TenantSettings): Promise<Caller>;
}

/** Subtypes of messages that a person wrote. Slack or a bot writes all others. */
const SUBTYPES = new Set<string | undefined>([undefined, 'file_share', 'thread_broadcast']);
const SLACKBOT = 'USLACKBOT';
/** Longest time from a thread's first message to a reply that is kept, s. A later reply comes long after the mention. */
const FRESH_SECONDS = 60;

export function createCallers({ people, userGroups, threads, settings, admission }: CallersOptions): Callers {
  /** @param own the tenant's settings */
  async function callerAt(spot: Spot, isAddressed: boolean, own: TenantSettings): Promise<Caller> {
    const { team, channel, thread, user, isDirect } = spot;
    const tenant = tenantOf(team);
    // A person may no longer be an admin, so Slack is asked anew if access depends on that.
    const isAsked = own.whoMayAsk === 'admins' || own.roles?.length;
    const [person, roles] = await Promise.all([
      isAsked ? people.now(team, user) : people.find(team, user),
      own.roles?.length || namesRoles(own) ? userGroups.of(team, user) : [],
    ]);
    const isAdmin = person?.isAdmin ?? false;
    // Allowed channels limit channels only: people may still ask in direct messages.
    const allowed = isDirect ? { ...own, channels: [] } : own;
    const asker = { channels: [channel], roles, isAdmin };
    const asking = { space: spaceOf(tenant), person: idsOfPerson(team, user, person?.team), isDirect };
    return {
      tenant,
      location: {
        channel,
        ...(thread !== undefined && { thread }),
        ...(!isDirect && own.history === 'person' && { person: user }),
      },
      settings: own,
      isAdmin,
      namedRoles: rolesNamedIn(roles, own),
      access: await accessOf({ admission, tenant, settings: allowed, asker, asking }),
      isAddressed,
      isDirect,
      ...(person && person.team !== team && { home: person.team }),
    };
  }

  return {
    callFrom: async (spot, own) => callerAt(spot, true, own ?? (await settings.read(tenantOf(spot.team)))),

    isAddressed: (message, workspace) => spotIn(message, workspace)?.isAddressed === true,

    placeOf(message, workspace) {
      const { channel = '' } = message;
      const thread = threadOf(message, isDirectMessage(message));
      return conversationOf(tenantOf(workspace.team), { channel, ...(thread !== undefined && { thread }) });
    },

    threadToFollow(message, workspace) {
      const { channel = '', thread_ts: thread, ts } = message;
      if (thread === undefined || !isReply(message) || secondsBetween(thread, ts) > FRESH_SECONDS)
        return undefined;
      const mayFollow = isToNobody(message) && spotIn(message, workspace)?.isAddressed === false;
      return mayFollow ? threadKey(workspace.team, channel, thread) : undefined;
    },

    async recognise(message, workspace) {
      const said = spotIn(message, workspace);
      if (!said) return undefined;
      const { team, channel } = said.spot;
      // In a thread that Parley takes part in, it answers messages to it or to nobody.
      const isFollowed = async () =>
        isToNobody(message) &&
        (await threads.has(threadKey(team, channel, `${message.thread_ts}`), message.ts));
      if (!said.isAddressed && !(await isFollowed())) return undefined;
      const own = await settings.read(tenantOf(team));
      if (!said.isAddressed && own.inThreads === 'mentions') return undefined;
      return callerAt(said.spot, said.isAddressed, own);
    },
  };
}

/** The place of a message that a person wrote. */
function spotIn(
  message: SlackMessage,
  { team, botUserId }: Workspace,
): { spot: Spot; isAddressed: boolean } | undefined {
  const { channel = '', user, bot_id, subtype, hidden } = message;
  if (!SUBTYPES.has(subtype) || bot_id || hidden || !user || user === botUserId || user === SLACKBOT)
    return undefined;
  const isDirect = isDirectMessage(message);
  const thread = threadOf(message, isDirect);
  const isCalled = message.type === 'app_mention' && !isInCode(message, botUserId);
  return {
    spot: { team, channel, thread, user, isDirect },
    isAddressed: isDirect || isCalled || mentionsIn(message).people.has(botUserId),
  };
}

function isDirectMessage({ channel = '', channel_type }: SlackMessage): boolean {
  return channel_type === 'im' || isDirectChannel(channel);
}

/** The thread that a message is answered in. */
function threadOf(message: SlackMessage, isDirect: boolean): string | undefined {
  return message.thread_ts ?? (isDirect && !isOfAgent(message) ? undefined : message.ts);
}

function secondsBetween(earlier: string, later: string): number {
  return Number.parseFloat(later) - Number.parseFloat(earlier);
}

/** Whether the message mentions nobody except perhaps its author. */
function isToNobody(message: SlackMessage): boolean {
  const { people: mentioned, isToMany } = mentionsIn(message);
  mentioned.delete(message.user ?? '');
  return !isToMany && mentioned.size === 0;
}
