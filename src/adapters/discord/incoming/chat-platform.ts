/** Discord as the inbox sees it. */
import { LRUCache } from 'lru-cache';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { CatchUp } from '../../../chat/catch-up/catch-up.ts';
import type { ChatPlatform } from '../../../chat/inbox/chat-platform.ts';
import type { CommandCall, Commands } from '../../../core/commands/command.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { commandPlaceOf, conversationOf, personOf } from '../ids.ts';
import { createTypedCommands } from '../interactions/typed-commands.ts';
import { isThread } from '../reading/channels.ts';
import { nameOf } from '../reading/text.ts';
import { en } from '../sentences/en.ts';
import type { Update } from './asked.ts';
import type { Caller, IncomingMessage } from './callers.ts';
import type { Deletions } from './deletions.ts';
import { markOf } from './missed.ts';
import { createOpenQuestions, type OpenQuestions, type OpenQuestionsOptions } from './open-questions.ts';

export interface DiscordChatOptions extends OpenQuestionsOptions {
  answering: Pick<Answering, 'say'>;
  surfaces: Surfaces;
  deletions: Deletions;
  /** Writes to a person in direct messages. */
  tellDirectly(user: string, text: string): Promise<void>;
  commands: Pick<Commands, 'run'>;
  help(call: CommandCall): string;
  /** Call only once the adapter is made. */
  catchUp(): CatchUp;
}

export interface DiscordChat
  extends ChatPlatform<IncomingMessage, Caller, Update>,
    Pick<OpenQuestions, 'amended'> {}

/** Time in which a person is told once per channel that their text is withheld, ms. */
const TOLD_MS = 10 * 60_000;
const MOST_TOLD = 5_000;

export function createDiscordChat(options: DiscordChatOptions): DiscordChat {
  const { incoming, directory, deletions, surfaces, catchUp } = options;
  const say = (message: IncomingMessage, text: string) =>
    options.answering.say(surfaces.ofNotice(message.channel_id, message.id), text);

  return {
    ...createOpenQuestions(options),
    redelivers: false,
    idOf: ({ id }) => id,
    orderOf: ({ id }) => id,
    logged: ({ id, channel_id: channel }) => ({ channel, message: id }),
    senderOf,
    callerOf: incoming.recognise,
    isForgotten: incoming.isForgotten,
    deletions,
    say,
    handle: createHandling(options, say),
    help: (message, caller) => options.help(commandCallOf(message, caller)),
    // A thread made from a message has the message's id (threads.mdx).
    threadBegunBy: ({ id }) => id,
    whenRead: (update) => catchUp().whenRead(markOf(update.channel_id, update.guild_id)),
    seen: (message) => catchUp().seen(markOf(message.channel_id, message.guild_id), message.id),
    expectsAnswer: async (message) => (await incoming.isAddressed(message)) === true,

    laneOf({ channel_id: channel, guild_id: guild, author }) {
      const known = directory.known(channel);
      // In a channel each person has a lane. A place that may be a thread counts as a thread.
      const isOwn = guild && known && !isThread(known);
      return isOwn ? `${channel} ${author?.id}` : channel;
    },

    leave({ id, channel_id: channel, guild_id: guild, author, webhook_id }) {
      deletions.notAsked(id);
      const known = directory.known(channel);
      return !guild || author.bot || webhook_id || (known && !isThread(known)) ? undefined : channel;
    },

    // Discord has ephemeral messages for interactions alone.
    tellPrivately: say,
    tellAlone: (message, text) => options.tellDirectly(message.author.id, text),
  };
}

function senderOf(message: IncomingMessage) {
  const { author, channel_id: channel, guild_id: guild, timestamp, content } = message;
  const { id } = author;
  return {
    id,
    person: personOf(id),
    at: Date.parse(timestamp) || Date.now(),
    place: channel,
    noticed: { channel, person: id },
    isDirect: !guild,
    text: content,
  };
}

/** Deals with messages whose text Discord withheld, and with typed commands. */
function createHandling(options: DiscordChatOptions, say: DiscordChat['say']): DiscordChat['handle'] {
  const { incoming } = options;
  const typed = createTypedCommands(options);
  const told = new LRUCache<string, true>({ max: MOST_TOLD, ttl: TOLD_MS });

  return async (message, caller) => {
    if (caller.access !== 'yes') return false;
    if (incoming.isWithheld(message)) {
      const key = `${message.channel_id} ${message.author.id}`;
      if (told.has(key)) return true;
      told.set(key, true);
      await say(message, en.telling.withheld);
      return true;
    }
    const said = await typed(message, incoming.text(message), commandCallOf(message, caller));
    if (said !== undefined) await say(message, said);
    return said !== undefined;
  };
}

function commandCallOf({ id, author, member }: IncomingMessage, caller: Caller): CommandCall {
  return {
    tenant: caller.tenant,
    conversation: conversationOf(caller.tenant, caller.location),
    author: { id: author.id, name: nameOf(author, member) },
    isAdmin: caller.isAdmin,
    // A message does not tell other permissions of its author.
    isModerator: caller.isAdmin,
    access: caller.access,
    place: commandPlaceOf(caller.tenant, caller.location, id),
  };
}
