/** Slack's places as Parley's ids: `slack:team:channel[:thread ts][:@user]`. */

import { placeOf } from '../../chat/conversation-ids.ts';
import type { IdForm } from '../../core/access/access-lists.ts';
import type { Space } from '../../core/access/admission.ts';
import type { Place } from '../../core/place.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

export const PLATFORM = 'slack';

export interface Location {
  /** A channel's, or a direct message's. */
  channel: string;
  /** The ts of the message that the thread hangs on. */
  thread?: string;
  /** Whose history it is, where people have one of their own. */
  person?: string;
}

/** Who owns settings and key, in a direct message too: the workspace. */
export function tenantOf(team: string): TenantId {
  return `${PLATFORM}:${team}`;
}

/** A person as the operator's lists name them, by the workspace in which they write. */
export function personOf(team: string, user: string): string {
  return `${PLATFORM}:${team}:${user}`;
}

/** All ids of a person for the operator's lists: by the workspace in which they write, and by their own one. */
export function idsOfPerson(team: string, user: string, home = team): string[] {
  return [...new Set([personOf(team, user), personOf(home, user)])];
}

/** Ids begin with a letter for what they are of: T a workspace, E an organisation, U or W a person. Slack writes them in capitals. */
const TEAM = '[TE][A-Z0-9_-]{1,63}';
const USER = '[UW][A-Z0-9_-]{1,63}';
const WORKSPACE = new RegExp(`^${TEAM}$`, 'i');
const PERSON = new RegExp(`^${PLATFORM}:(${TEAM}):(${USER})$`, 'i');

/** How the operator writes workspaces and people. */
export const workspaceIds: IdForm = {
  read: (text) => WORKSPACE.exec(text)?.[0].toUpperCase(),
  form: 'a Slack team id, such as T0123456789',
};
export const personIds: IdForm = {
  read(text) {
    const [, team, user] = PERSON.exec(text) ?? [];
    return team && user && personOf(team.toUpperCase(), user.toUpperCase());
  },
  form: 'slack:<team id>:<user id>',
};

/** The workspace as the operator's lists name it. */
export function spaceOf(tenant: TenantId): Space {
  return { kind: 'workspace', id: teamOf(tenant) };
}

export function teamOf(id: TenantId | ConversationId): string {
  return id.split(':')[1] ?? '';
}

export function conversationOf(tenant: TenantId, { channel, thread, person }: Location): ConversationId {
  return [tenant, channel, thread, person && `@${person}`].filter(Boolean).join(':');
}

/**
 * The place that a command is used in.
 * @param at the ts of the message that it came by
 * @param own conversations elsewhere of what its person asked there in private
 */
export function commandPlaceOf(
  conversation: ConversationId,
  at?: string,
  own: { person: string; conversations: ConversationId[] } = { person: '', conversations: [] },
): Place {
  const isWhole = threadOf(conversation) === undefined;
  const place = placeOf(conversation, {
    kind: isWhole ? 'channel' : 'conversation',
    isShared: !isDirect(channelOf(conversation)),
    ...(at !== undefined && { at }),
  });
  const ofPerson = new Set(isWhole ? own.conversations : []);
  return { ...place, part: (other) => (ofPerson.has(other) ? { person: own.person } : place.part(other)) };
}

/** The workspace: Slack counts most calls by it. */
export function partitionOf(conversation: ConversationId): string {
  return tenantOf(teamOf(conversation));
}

export function channelOf(conversation: ConversationId): string {
  return conversation.split(':')[2] ?? '';
}

/** The ts of the thread that a conversation is in; undefined where it is in the channel itself. */
export function threadOf(conversation: ConversationId): string | undefined {
  return conversation
    .split(':')
    .slice(3)
    .find((part) => !part.startsWith('@'));
}

/** Whether a channel is the direct messages of one person: Slack's ids say what they are of. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/** Whether a conversation is in that channel, or in a thread of it. */
export function isIn(conversation: ConversationId, channel: string): boolean {
  return channelOf(conversation) === channel;
}

/** The id of a message, and so of its turn: one and the same in every event and redelivery that carries it. */
export function messageIdOf(team: string, channel: string, ts: string): string {
  return `${team}-${channel}-${ts}`;
}

/** The ts in a message's id; '' where a turn has none, as that of a command. */
export function tsOf(messageId: string): string {
  const last = messageId.slice(messageId.lastIndexOf('-') + 1);
  return /^\d+\.\d+$/.test(last) ? last : '';
}

/** When that was, milliseconds since 1970: a ts is seconds of Slack's clock. */
export function timeOf(ts: string): number {
  return Math.round(Number.parseFloat(ts) * 1_000) || Date.now();
}
