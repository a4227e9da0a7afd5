/** Discord's places as Parley's ids: `discord:guild:channel[:thread][:@user]`, in a DM `discord:@user:channel`. */

import { placeOf } from '../../chat/conversation-ids.ts';
import type { IdForm } from '../../core/access/access-lists.ts';
import type { Space } from '../../core/access/admission.ts';
import type { WantedPerson } from '../../core/forgetting/forget-everywhere.ts';
import type { Place } from '../../core/place.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

export const PLATFORM = 'discord';

export interface Location {
  /** Undefined in a DM. */
  guild: string | undefined;
  /** In a thread, the channel it belongs to. */
  channel: string;
  thread?: string;
  /** Whose history it is, where people have one of their own. */
  person?: string;
}

/** Who owns settings and key there: the server, in a DM the person. */
export function tenantOf(guild: string | undefined, userId: string): TenantId {
  return `${PLATFORM}:${guild ?? `@${userId}`}`;
}

/** A person as the operator's lists name them. */
export function personOf(userId: string): string {
  return `${PLATFORM}:${userId}`;
}

/** A snowflake: 64 bits as digits (reference.mdx, Snowflakes). */
const SNOWFLAKE = '\\d{1,20}';
const SERVER = new RegExp(`^${SNOWFLAKE}$`);
const PERSON = new RegExp(`^${PLATFORM}:(${SNOWFLAKE})$`, 'i');

/** The forms in which the operator writes servers and people. */
export const serverIds: IdForm = {
  read: (text) => SERVER.exec(text)?.[0],
  form: 'a Discord server id, such as 1234567890123456789',
};
export const personIds: IdForm = {
  read(text) {
    const [, id] = PERSON.exec(text) ?? [];
    return id === undefined ? undefined : personOf(id);
  },
  form: 'discord:<user id>',
};

/** The person whom the operator names in `forget`. Ids of people hold in all servers; direct messages are theirs. */
export function wantedPerson(text: string): WantedPerson | undefined {
  const [, author] = PERSON.exec(text) ?? [];
  if (author === undefined) return undefined;
  const isWhere = (tenant: TenantId) => tenant.startsWith(`${PLATFORM}:`);
  return { author, person: personOf(author), isWhere, tenants: [tenantOf(undefined, author)] };
}

/** The server as the operator's lists name it; undefined for a DM. */
export function spaceOf(tenant: TenantId): Space | undefined {
  const id = tenant.slice(PLATFORM.length + 1);
  return id.startsWith('@') ? undefined : { kind: 'server', id };
}

export function conversationOf(tenant: TenantId, { channel, thread, person }: Location): ConversationId {
  return [tenant, channel, thread, person && `@${person}`].filter(Boolean).join(':');
}

/** The place that a command is used in. @param at the id of the message or interaction that it came by */
export function commandPlaceOf(tenant: TenantId, location: Location, at: string): Place {
  const isShared = location.guild !== undefined;
  const kind = isShared && location.thread === undefined ? 'channel' : 'conversation';
  return placeOf(conversationOf(tenant, location), { kind, isShared, at });
}

/** Who owns a conversation's settings. */
export function tenantOfConversation(conversation: ConversationId): TenantId {
  return conversation.split(':').slice(0, 2).join(':');
}

/** A shard of Discord's gateway, of how many. */
export interface ShardName {
  id: number;
  count: number;
}

/**
 * Discord: a server's events come by the shard of this number, and all that is of no server, such as direct messages, by
 * the first (gateway.mdx, Sharding).
 */
export function shardOf(guild: string | undefined, count: number): number {
  return guild === undefined ? 0 : Number((BigInt(guild) >> 22n) % BigInt(count));
}

/** The channel, whose buckets its conversations share; a thread's are its own, but it is made from there. */
export function partitionOf(conversation: ConversationId): string {
  return conversation.split(':').slice(0, 3).join(':');
}

/** The channel (or thread) that a conversation's messages are in. */
export function channelOf(conversation: ConversationId): string {
  const [, , channel = '', ...rest] = conversation.split(':');
  return rest.find((part) => !part.startsWith('@')) ?? channel;
}

/** Whether a conversation is in that channel, or in a thread of it. */
export function isIn(conversation: ConversationId, channelId: string): boolean {
  return conversation.split(':').slice(2).includes(channelId);
}

/** The owner of direct messages. @param subject the id of a person, as Discord's sign-in gives it */
export function ownerOf(subject: string): { tenant: TenantId; author: string } | undefined {
  return SERVER.test(subject) ? { tenant: tenantOf(undefined, subject), author: subject } : undefined;
}

/** The channel of direct messages that a conversation is in; undefined in a server. */
export function roomOf(conversation: ConversationId): string | undefined {
  const isDirect = spaceOf(tenantOfConversation(conversation)) === undefined;
  return isDirect ? partitionOf(conversation) : undefined;
}

export const subjectOf = (conversation: ConversationId, author: string): string | undefined =>
  roomOf(conversation) === undefined ? undefined : author;
