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
import { type Mentioned, mentionedIn } from '../world/mentions.ts';
import { snowflake } from '../world/snowflake.ts';
import type { StoredChannel, StoredMessage, StoredUser } from '../world/world.ts';
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

  function channelOf(channelId: string): StoredChannel {
    const channel = world.channels.get(channelId);
    if (!channel) throw new Error(`no channel ${channelId}`);
    return channel;
  }

  function own(messageId: string): StoredMessage {
    const message = world.messages.get(messageId);
    if (!message || message.deleted) throw new Error(`no message ${messageId}`);
    return message;
  }

  function mentionedBy(content: string, pinged: string[], channel: StoredChannel): Mentioned {
    const mentioned = mentionedIn(content);
    const users = [...new Set([...mentioned.users, ...pinged])].filter((one) => world.users.has(one));
    // Only members with the permission can mention everyone (topics/permissions.mdx, MENTION_EVERYONE).
    const permissions = world.guilds.get(channel.guildId ?? '')?.members.get(id)?.permissions ?? 0n;
    const everyone = mentioned.everyone && (permissions & PermissionFlagsBits.MentionEveryone) !== 0n;
    return { ...mentioned, users, everyone };
  }

  function says(channelId: string, content: string, options: SaysOptions = {}): string {
    const channel = channelOf(channelId);
    unarchive(context, channel);
    const replied = options.replyTo === undefined ? undefined : own(options.replyTo);
    const forwarded = options.forward === undefined ? undefined : own(options.forward);
    const pinged = replied && options.ping !== false ? [replied.authorId] : [];
    const reference = replied ?? forwarded;
    const message = post(context, {
      channelId,
      authorId: id,
      content,
      type: options.type ?? (replied ? MessageType.Reply : MessageType.Default),
      flags: (options.flags ?? 0) | (forwarded ? MessageFlags.HasSnapshot : 0),
      attachments: (options.attachments ?? []).map(stored),
      mentioned: mentionedBy(content, pinged, channel),
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
  }

  return {
    id,
    name,
    mention: `<@${id}>`,
    get dmChannel() {
      return dmWith(world, id).id;
    },
    says,
    edits(messageId, content) {
      const message = own(messageId);
      const replied = world.messages.get(message.reference?.messageId ?? '')?.authorId;
      const pinged = replied !== undefined && message.mentioned.users.includes(replied) ? [replied] : [];
      const channel = channelOf(message.channelId);
      change(context, message, { content, mentioned: mentionedBy(content, pinged, channel) });
    },
    deletes(messageId) {
      remove(context, own(messageId));
    },
    dm: (content, options) => says(dmWith(world, id).id, content, options),
    startsThread(channelId, title, { messageId } = {}) {
      const message = messageId === undefined ? {} : { message: own(messageId) };
      return startThread(context, channelOf(channelId), { name: title, ownerId: id, ...message }).id;
    },
    posts(forumId, title, content, tags = []) {
      const forum = channelOf(forumId);
      const appliedTags = forum.availableTags.filter((tag) => tags.includes(tag.name)).map((tag) => tag.id);
      const thread = startThread(context, forum, { name: title, ownerId: id, appliedTags });
      const mentioned = mentionedBy(content, [], thread);
      return post(context, { id: thread.id, channelId: thread.id, authorId: id, content, mentioned }).id;
    },
    runs: (command, options = {}, channelId = defaultChannel()) =>
      runs(context, user, channelOf(channelId), command, options),
    context: (command, messageId, channelId) =>
      contextCommand(
        context,
        user,
        channelOf(channelId ?? own(messageId).channelId),
        command,
        own(messageId),
      ),
    types: (command, option, typed, channelId = defaultChannel(), others = {}) =>
      types(context, user, channelOf(channelId), command, { option, typed, others }),
    clicks: (message, button) => clicks(context, user, messageOf(message), button),
    chooses: (message, customId, values) => chooses(context, user, messageOf(message), customId, values),
    submits: (interaction, answers) => submits(context, user, interaction, answers),
  };

  function messageOf(message: MessageView | string): StoredMessage {
    return own(typeof message === 'string' ? message : message.id);
  }
}
