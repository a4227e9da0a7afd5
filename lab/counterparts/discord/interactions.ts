/** Interactions: users create them, and the bot answers within three seconds, then by their token. */

import { randomBytes } from 'node:crypto';
import { ComponentType } from 'discord-api-types/v10';
import type { Context, Interactions, NewInteraction, StoredInteraction } from './context.ts';
import { invalidToken, unknownInteraction, unknownWebhook } from './rest/errors.ts';
import { messagePayload } from './world/message-payloads.ts';
import { botPermissions, channelPayload, contextOf, memberPayload, userPayload } from './world/payloads.ts';
import { permissionsIn } from './world/permissions.ts';
import { snowflake } from './world/snowflake.ts';

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
      // A second answer is refused for being second, however late it comes.
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
  const permissions = String(guild && member ? permissionsIn(guild, member, channel) : 0n);
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

/** The source of choices for each kind of component that a user can act on. */
export const CHOOSES_FROM: Partial<Record<number, 'users' | 'roles' | 'channels'>> = {
  [ComponentType.UserSelect]: 'users',
  [ComponentType.RoleSelect]: 'roles',
  [ComponentType.ChannelSelect]: 'channels',
};
