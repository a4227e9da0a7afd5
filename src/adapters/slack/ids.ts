/** Slack's places as Parley's ids: `slack:team:channel[:thread ts][:@user]`. */

import { placeOf } from '../../chat/conversation-ids.ts';
import type { IdForm } from '../../core/access/access-lists.ts';
import type { Space } from '../../core/access/admission.ts';
import type { WantedPerson } from '../../core/forgetting/forget-everywhere.ts';
import type { Place } from '../../core/place.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

export const PLATFORM = 'slack';

export interface Location {
  /** The id of a channel, or of direct messages. */
  channel: string;
  /** The ts of the thread's first message. */
  thread?: string;
  /** The person whose history this is, where each person has one of their own. */
  person?: string;
}

/** The tenant of a workspace, which owns settings and key also in direct messages. */
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

/** Slack's ids, in capitals. They begin with T for a workspace, E for an organisation, U or W for a person. */
const TEAM = '[TE][A-Z0-9_-]{1,63}';
const USER = '[UW][A-Z0-9_-]{1,63}';
const WORKSPACE = new RegExp(`^${TEAM}$`, 'i');
const PERSON = new RegExp(`^${PLATFORM}:(${TEAM}):(${USER})$`, 'i');

/** The forms in which the operator writes workspaces and people. */
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

/** The person whom the operator names in `forget`. Ids of people hold within their workspace. */
export function wantedPerson(text: string): WantedPerson | undefined {
  const [, team, user] = PERSON.exec(text) ?? [];
  if (team === undefined || user === undefined) return undefined;
  const own = tenantOf(team.toUpperCase());
  const author = user.toUpperCase();
  const person = personOf(team.toUpperCase(), author);
  return { author, person, isWhere: (tenant) => tenant === own, tenants: [] };
}

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
 * @param at the ts of the message in which the command was typed
 * @param own the conversations in direct messages that answer what the person asked there in private
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

/** The partition of a conversation: its workspace, by which Slack counts most calls. */
export function partitionOf(conversation: ConversationId): string {
  return tenantOf(teamOf(conversation));
}

export function channelOf(conversation: ConversationId): string {
  return conversation.split(':')[2] ?? '';
}

/** The ts of a conversation's thread. Undefined for a conversation in the channel itself. */
export function threadOf(conversation: ConversationId): string | undefined {
  return conversation
    .split(':')
    .slice(3)
    .find((part) => !part.startsWith('@'));
}

/** The beginning of Slack's ids of direct messages of one person. */
const DIRECT = 'D';

/** Whether a channel is the direct messages of one person. */
export function isDirect(channel: string): boolean {
  return channel.startsWith(DIRECT);
}

/** Whether a conversation is in a channel, or in a thread of it. */
export function isIn(conversation: ConversationId, channel: string): boolean {
  return channelOf(conversation) === channel;
}

/** The id of a message, and so of its turn. Every event and redelivery of the message gives the same id. */
export function messageIdOf(team: string, channel: string, ts: string): string {
  return `${team}-${channel}-${ts}`;
}

/** The ts in a message's id. '' if the turn has no message, as after a command. */
export function tsOf(messageId: string): string {
  const last = messageId.slice(messageId.lastIndexOf('-') + 1);
  return /^\d+\.\d+$/.test(last) ? last : '';
}

/** The time of a ts, in ms since 1970. A ts is seconds of Slack's clock. */
export function timeOf(ts: string): number {
  return Math.round(Number.parseFloat(ts) * 1_000) || Date.now();
}

/** The owner of direct messages. @param subject workspace and person with a colon between, as Slack's sign-in gives them */
export function ownerOf(subject: string): { tenant: TenantId; author: string; rooms: string } | undefined {
  const [, team, author] = PERSON.exec(`${PLATFORM}:${subject}`) ?? [];
  if (team === undefined || author === undefined) return undefined;
  return { tenant: tenantOf(team), author, rooms: DIRECT };
}

/** The direct messages that a conversation is in; undefined in a channel. */
export function roomOf(conversation: ConversationId): string | undefined {
  const channel = channelOf(conversation);
  return isDirect(channel) ? `${teamOf(conversation)}:${channel}` : undefined;
}

export const subjectOf = (conversation: ConversationId, author: string): string | undefined =>
  roomOf(conversation) === undefined ? undefined : `${teamOf(conversation)}:${author}`;
