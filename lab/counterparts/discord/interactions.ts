/** Interactions: made by users, answered by the bot within three seconds and then by their token. */
import { randomBytes } from 'node:crypto';
import { ComponentType, type InteractionType } from 'discord-api-types/v10';
import type { LooseComponent } from './component-tree.ts';
import type { Context } from './context.ts';
import { invalidToken, unknownInteraction, unknownWebhook } from './errors.ts';
import {
  botPermissions,
  channelPayload,
  contextOf,
  memberPayload,
  messagePayload,
  userPayload,
} from './payloads.ts';
import { snowflake } from './snowflake.ts';
import type { StoredChannel, StoredMessage, StoredUser } from './world.ts';

export interface Callback {
  type: number;
  data: CallbackData | undefined;
  /** `performance.now()` of its arrival. */
  at: number;
}

export interface CallbackData {
  content?: string;
  flags?: number;
  title?: string;
  custom_id?: string;
  components?: LooseComponent[];
  choices?: { name: string; value: string | number }[];
  [field: string]: unknown;
}

export interface StoredInteraction {
  id: string;
  token: string;
  type: InteractionType;
  /** The command's name, or the custom id. */
  name: string;
  user: StoredUser;
  channel: StoredChannel;
  /** Of a component, or of a modal that one opened: its message. */
  source: StoredMessage | undefined;
  /** What INTERACTION_CREATE carried. */
  payload: object;
  /** `performance.now()` of the event. */
  at: number;
  callback: Callback | undefined;
  original: StoredMessage | undefined;
  /** Oldest first, without deleted ones. */
  followups: StoredMessage[];
  answered: Promise<void>;
  answer: () => void;
}

export interface NewInteraction {
  type: InteractionType;
  name: string;
  user: StoredUser;
  channel: StoredChannel;
  source?: StoredMessage | undefined;
  data: object;
}

export interface Interactions {
  /** Dispatches it to the bot. */
  start(context: Context, wanted: NewInteraction): StoredInteraction;
  /** @throws ApiError 10062 when unknown, or too late for its first answer */
  waiting(context: Context, id: string | undefined, token: string | undefined): StoredInteraction;
  /** @throws ApiError 10015 when unknown or not answered yet, 50027 when expired */
  byToken(context: Context, application: string | undefined, token: string | undefined): StoredInteraction;
  all: Map<string, StoredInteraction>;
}

export function createInteractions(): Interactions {
  const all = new Map<string, StoredInteraction>();
  return {
    all,
    start(context, wanted) {
      const id = snowflake();
      const token = `aW50ZXJhY3Rpb246${randomBytes(96).toString('base64url')}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      const payload = interactionPayload(context, wanted, id, token);
      const interaction: StoredInteraction = {
        id,
        token,
        type: wanted.type,
        name: wanted.name,
        user: wanted.user,
        channel: wanted.channel,
        source: wanted.source,
        payload,
        at: performance.now(),
        callback: undefined,
        original: undefined,
        followups: [],
        answered: promise,
        answer: resolve,
      };
      all.set(token, interaction);
      context.gateway.dispatch('INTERACTION_CREATE', payload);
      return interaction;
    },
    waiting({ settings }, id, token) {
      const interaction = all.get(token ?? '');
      if (!interaction || interaction.id !== id) throw unknownInteraction();
      // One that has been answered in time is answered for good: a second answer is told so, however late.
      const late = performance.now() - interaction.at > settings.callbackWindow;
      if (late && !interaction.callback) throw unknownInteraction();
      return interaction;
    },
    byToken({ world, settings }, application, token) {
      const interaction = all.get(token ?? '');
      if (!interaction?.callback || application !== world.applicationId) throw unknownWebhook();
      if (performance.now() - interaction.at > settings.tokenLifetime) throw invalidToken();
      return interaction;
    },
  };
}

function interactionPayload({ world }: Context, wanted: NewInteraction, id: string, token: string): object {
  const { channel, user, source } = wanted;
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const member = guild?.members.get(user.id);
  const permissions = String(member?.permissions ?? 0n);
  return {
    id,
    application_id: world.applicationId,
    type: wanted.type,
    token,
    version: 1,
    data: wanted.data,
    channel_id: channel.id,
    channel: { ...channelPayload(world, channel), permissions },
    locale: 'en-US',
    entitlements: [],
    app_permissions: String(botPermissions(channel)),
    authorizing_integration_owners: { 0: channel.guildId ?? '0' },
    context: contextOf(channel),
    attachment_size_limit: 10_485_760,
    ...(source ? { message: messagePayload(world, source) } : {}),
    ...(guild && member
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: { ...memberPayload(member), user: userPayload(user), permissions },
        }
      : { user: userPayload(user) }),
  };
}

export const isFromComponent = (interaction: StoredInteraction) => interaction.source !== undefined;

/** Kinds of components a user can act on, by what they are chosen from. */
export const CHOOSES_FROM: Partial<Record<number, 'users' | 'roles' | 'channels'>> = {
  [ComponentType.UserSelect]: 'users',
  [ComponentType.RoleSelect]: 'roles',
  [ComponentType.ChannelSelect]: 'channels',
};
