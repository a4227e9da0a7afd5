/** People: what they do on Discord, as events and interactions for the bot. */

import {
  type APIEmbed,
  type APIPoll,
  type APIStickerItem,
  MessageFlags,
  MessageType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import { change, post, remove, unfurlLater } from '../posting.ts';
import { dmWith } from '../routes/channels.ts';
import { startThread, unarchive } from '../routes/threads.ts';
import { channelOf } from '../world/lookups.ts';
import { type Mentioned, mentionedIn } from '../world/mentions.ts';
import { permissionsOf } from '../world/permissions.ts';
import { snowflake } from '../world/snowflake.ts';
import type { StoredChannel, StoredMessage, StoredUser, World } from '../world/world.ts';
import { type FileToSend, stored } from './files-to-send.ts';
import type { InteractionHandle } from './handle.ts';
import { type Answers, context as contextCommand, type OptionValue, runs, types } from './using-commands.ts';
import { chooses, clicks, submits } from './using-components.ts';
import type { MessageView } from './view.ts';

export interface SaysOptions {
  /** Id of the message in this channel that the message replies to. */
  replyTo?: string;
  /** Whether the reply pings; default true. */
  ping?: boolean;
  attachments?: FileToSend[];
  /** Id of a message to forward. The content must then be empty. */
  forward?: string;
  flags?: number;
  /** A message type other than message or reply, such as 7 for "joined the server". */
  type?: MessageType;
  /** Whether a webhook with the user's name speaks, not the user. */
  webhook?: boolean;
  components?: object[];
  embeds?: APIEmbed[];
  poll?: APIPoll;
  stickers?: APIStickerItem[];
}

export interface Actor {
  id: string;
  name: string;
  /** `<@id>` */
  mention: string;
  /** Id of the DM channel with the bot. */
  readonly dmChannel: string;
  says(channelId: string, content: string, options?: SaysOptions): string;
  edits(messageId: string, content: string): void;
  deletes(messageId: string): void;
  dm(content: string, options?: SaysOptions): string;
  /** Starts a thread, from a message or by itself. Returns its id. */
  startsThread(channelId: string, name: string, options?: { messageId?: string }): string;
  /** Posts in a forum. Returns the id of the thread, which is also the id of its first message. */
  posts(forumId: string, title: string, content: string, tags?: string[]): string;
  /** Runs a slash command, such as `ask` or `key set`. Resolves when the bot answered or its time is over. */
  runs(
    command: string,
    options?: Record<string, OptionValue>,
    channelId?: string,
  ): Promise<InteractionHandle>;
  /** Runs a message command. */
  context(command: string, messageId: string, channelId?: string): Promise<InteractionHandle>;
  /** The choices that the bot offers while the person types an option. */
  types(
    command: string,
    option: string,
    typed: string,
    channelId?: string,
    others?: Record<string, OptionValue>,
  ): Promise<{ name: string; value: string | number }[]>;
  /** Clicks a button, found by its custom id or label. */
  clicks(message: MessageView | string, button: string): Promise<InteractionHandle>;
  chooses(message: MessageView | string, customId: string, values: string[]): Promise<InteractionHandle>;
  /** Fills in the modal that an interaction was answered with. */
  submits(interaction: InteractionHandle, answers: Answers): Promise<InteractionHandle>;
}

export function createActor(context: Context, user: StoredUser, defaultChannel: () => string): Actor {
  const { world } = context;
  const { id, name } = user;
  const says = createSays(context, user);
  return {
    id,
    name,
    mention: `<@${id}>`,
    get dmChannel() {
      return dmWith(world, id).id;
    },
    says,
    dm: (content, options) => says(dmWith(world, id).id, content, options),
    edits(messageId, content) {
      const message = existing(world, messageId);
      const replied = world.messages.get(message.reference?.messageId ?? '')?.authorId;
      const pinged = replied !== undefined && message.mentioned.users.includes(replied) ? [replied] : [];
      const channel = channelOf(world, message.channelId);
      change(context, message, {
        content,
        mentioned: mentionedBy(world, user, { content, pinged, channel }),
      });
    },
    deletes(messageId) {
      remove(context, existing(world, messageId));
    },
    startsThread(channelId, title, { messageId } = {}) {
      const message = messageId === undefined ? {} : { message: existing(world, messageId) };
      const parent = channelOf(world, channelId);
      return startThread(context, parent, { name: title, ownerId: id, ...message }).id;
    },
    posts(forumId, title, content, tags = []) {
      const forum = channelOf(world, forumId);
      const appliedTags = forum.availableTags.filter((tag) => tags.includes(tag.name)).map((tag) => tag.id);
      const thread = startThread(context, forum, { name: title, ownerId: id, appliedTags });
      const mentioned = mentionedBy(world, user, { content, pinged: [], channel: thread });
      return post(context, { id: thread.id, channelId: thread.id, authorId: id, content, mentioned }).id;
    },
    ...createInteractionUse(context, user, defaultChannel),
  };
}

/** A message that is not deleted. Throws on an id that the counterpart never gave out. */
function existing(world: World, messageId: string): StoredMessage {
  const message = world.messages.get(messageId);
  if (!message || message.deleted) throw new Error(`no message ${messageId}`);
  return message;
}

interface Written {
  content: string;
  /** Ids of users whom the message pings, besides those that it names. */
  pinged: string[];
  channel: StoredChannel;
}

function mentionedBy(world: World, { id }: StoredUser, { content, pinged, channel }: Written): Mentioned {
  const mentioned = mentionedIn(content);
  const users = [...new Set([...mentioned.users, ...pinged])].filter((one) => world.users.has(one));
  // Only members with the permission can mention everyone (topics/permissions.mdx, MENTION_EVERYONE).
  const guild = world.guilds.get(channel.guildId ?? '');
  const member = guild?.members.get(id);
  const permissions = guild && member ? permissionsOf(guild, member) : 0n;
  const everyone = mentioned.everyone && (permissions & PermissionFlagsBits.MentionEveryone) !== 0n;
  return { ...mentioned, users, everyone };
}

function createSays(context: Context, user: StoredUser): Actor['says'] {
  const { world } = context;
  return (channelId, content, options = {}) => {
    const channel = channelOf(world, channelId);
    unarchive(context, channel);
    const replied = options.replyTo === undefined ? undefined : existing(world, options.replyTo);
    const forwarded = options.forward === undefined ? undefined : existing(world, options.forward);
    const pinged = replied && options.ping !== false ? [replied.authorId] : [];
    const reference = replied ?? forwarded;
    const message = post(context, {
      channelId,
      authorId: user.id,
      content,
      type: options.type ?? (replied ? MessageType.Reply : MessageType.Default),
      flags: (options.flags ?? 0) | (forwarded ? MessageFlags.HasSnapshot : 0),
      attachments: (options.attachments ?? []).map(stored),
      mentioned: mentionedBy(world, user, { content, pinged, channel }),
      reference: reference ? { messageId: reference.id, channelId: reference.channelId } : null,
      snapshot: forwarded ? structuredClone(forwarded) : null,
      webhookId: options.webhook ? snowflake() : null,
      components: (options.components ?? []) as StoredMessage['components'],
      embeds: options.embeds ?? [],
      poll: options.poll ?? null,
      stickers: options.stickers ?? [],
    });
    unfurlLater(context, message);
    return message.id;
  };
}

type InteractionUse = Pick<Actor, 'runs' | 'context' | 'types' | 'clicks' | 'chooses' | 'submits'>;

function createInteractionUse(
  context: Context,
  user: StoredUser,
  defaultChannel: () => string,
): InteractionUse {
  const { world } = context;
  const messageOf = (message: MessageView | string) =>
    existing(world, typeof message === 'string' ? message : message.id);
  return {
    runs: (command, options = {}, channelId = defaultChannel()) =>
      runs(context, user, channelOf(world, channelId), command, options),
    context(command, messageId, channelId) {
      const message = existing(world, messageId);
      return contextCommand(
        context,
        user,
        channelOf(world, channelId ?? message.channelId),
        command,
        message,
      );
    },
    types: (command, option, typed, channelId = defaultChannel(), others = {}) =>
      types(context, user, channelOf(world, channelId), command, { option, typed, others }),
    clicks: (message, button) => clicks(context, user, messageOf(message), button),
    chooses: (message, customId, values) => chooses(context, user, messageOf(message), customId, values),
    submits: (interaction, answers) => submits(context, user, interaction, answers),
  };
}
