/** Who uses an interaction, and where. */
import { type APIInteraction, PermissionFlagsBits } from 'discord.js';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { CommandCall } from '../../../core/commands/command.ts';
import { commandPlaceOf, conversationOf } from '../ids.ts';
import type { Caller } from '../incoming/callers.ts';
import type { Incoming } from '../incoming/incoming.ts';
import { isModerator } from '../permissions.ts';
import type { Channel } from '../reading/channels.ts';
import type { Directory } from '../reading/directory.ts';
import { nameOf } from '../reading/text.ts';
import { userOf } from './responses.ts';

export interface InteractionCallers {
  /** The person who uses the interaction. Their permissions are checked here, whatever Discord let through. */
  callerOf(interaction: APIInteraction): Promise<Caller>;
  commandCall(interaction: APIInteraction): Promise<CommandCall>;
}

export interface InteractionCallersOptions {
  incoming: Pick<Incoming, 'callFrom' | 'readPlaceOf'>;
  directory: Pick<Directory, 'newestIn'>;
}

const ADMIN = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

export function createInteractionCallers({
  incoming,
  directory,
}: InteractionCallersOptions): InteractionCallers {
  function callerOf(interaction: APIInteraction): Promise<Caller> {
    const { guild_id, member, channel } = interaction;
    const known: Channel | undefined = channel && {
      type: channel.type,
      guild: guild_id,
      parent: 'parent_id' in channel ? (channel.parent_id ?? undefined) : undefined,
      name: channel.name ?? '',
    };
    return incoming.callFrom(
      {
        guild: guild_id || undefined,
        channelId: channelIdOf(interaction),
        channel: known,
        user: userOf(interaction),
        roles: member?.roles ?? [],
        isAdmin: !guild_id || (BigInt(member?.permissions ?? 0) & ADMIN) !== 0n,
      },
      true,
    );
  }

  async function commandCall(interaction: APIInteraction): Promise<CommandCall> {
    const { tenant, location, isAdmin, namedRoles, access } = await callerOf(interaction);
    const user = userOf(interaction);
    const conversation = conversationOf(tenant, location);
    return {
      tenant,
      conversation,
      author: { id: user.id, name: nameOf(user, interaction.member) },
      isAdmin,
      isModerator: isModerator(interaction),
      access,
      namedRoles,
      place: commandPlaceOf(tenant, location, newestOf(interaction)),
      readPlace: incoming.readPlaceOf(interaction, { channelId: channelIdOf(interaction), conversation }),
    };
  }

  /** The newest id in the channel. A message may have a later id than the interaction that came after it. */
  function newestOf(interaction: APIInteraction): string {
    const newest = directory.newestIn(channelIdOf(interaction));
    return newest !== undefined && isLater(newest, interaction.id) ? newest : interaction.id;
  }

  return { callerOf, commandCall };
}

/** The channel of an interaction. Some senders fill only the older field, `channel_id`. */
export function channelIdOf({ channel, channel_id }: APIInteraction): string {
  return channel?.id ?? channel_id ?? '';
}
