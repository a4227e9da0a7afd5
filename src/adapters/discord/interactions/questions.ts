/** Questions for the model that come by an interaction, answered as the interaction's own message. */
import {
  type APIApplicationCommandInteraction,
  type APIAttachment,
  type APIMessage,
  MessageType,
  SnowflakeUtil,
} from 'discord.js';
import type { Answering } from '../../../chat/answer/answering.ts';
import { type QuestionLimits, refusalByLimits } from '../../../core/access/question-limits.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import { readerByRights } from '../../../core/types.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { type Location, personOf } from '../ids.ts';
import type { Caller } from '../incoming/callers.ts';
import type { Incoming } from '../incoming/incoming.ts';
import { en } from '../sentences/en.ts';
import { channelIdOf, type InteractionCallers } from './callers.ts';
import { type InteractionAnswers, userOf } from './responses.ts';

export interface InteractionQuestion {
  text: string;
  isPrivate: boolean;
  files: APIAttachment[];
  /** Given for a command on a message: that message, undefined if Discord did not send it. */
  about?: APIMessage | undefined;
}

export interface InteractionQuestionsOptions extends QuestionLimits {
  answers: InteractionAnswers;
  answering: Answering;
  surfaces: Surfaces;
  incoming: Incoming;
  refusals: Refusals;
}

export function createInteractionQuestions(
  options: InteractionQuestionsOptions,
  { callerOf }: InteractionCallers,
) {
  const { answers, answering, surfaces, incoming } = options;

  /** The sentence for a person who sent too many messages, or has nothing left to spend. */
  function refusalOf(
    interaction: APIApplicationCommandInteraction,
    { tenant, settings, namedRoles: roles, ...rights }: Caller,
    text: string,
  ): Promise<string | undefined> {
    const { id: author } = userOf(interaction);
    const reader = readerByRights(rights);
    const question = { tenant, person: personOf(author), roles, author, settings, reader, text };
    const at = SnowflakeUtil.timestampFrom(interaction.id);
    return refusalByLimits(options, question, { id: interaction.id, at, place: channelIdOf(interaction) });
  }

  return async (
    interaction: APIApplicationCommandInteraction,
    question: InteractionQuestion,
  ): Promise<void> => {
    const [caller, user] = [await callerOf(interaction), userOf(interaction)];
    if (caller.access !== 'yes') {
      const by = { tenant: caller.tenant, person: user.id, isAdmin: caller.isAdmin };
      return answers.whisper(interaction, options.refusals.noticeFor(caller.access, by));
    }
    const refused = await refusalOf(interaction, caller, question.text);
    if (refused !== undefined) return answers.whisper(interaction, refused);
    await answers.defer(interaction, question.isPrivate);
    const location = question.isPrivate ? ownLocation(caller.location, user.id) : caller.location;
    const message = await incoming.messageOf(
      {
        ...messageBy(interaction, question.files),
        ...('about' in question && { type: MessageType.Reply, referenced_message: question.about ?? null }),
      },
      { ...caller, location },
      { id: interaction.id, text: question.text, isPrompt: 'about' in question },
    );
    if (message === 'forgotten') return answers.instead(interaction, en.notices.forgotten);
    if (typeof message === 'string') return answers.instead(interaction, en.notices.unreadable);
    const { application_id: application, token } = interaction;
    await surfaces.reachBy(message.id, message.conversation, { application, token, at: Date.now() });
    const { settings } = caller;
    await answering.begin(message, { isPrivate: question.isPrivate, isAwaited: true, settings });
  };
}

/** The question as a message, as if it had come as one. */
function messageBy(interaction: APIApplicationCommandInteraction, attachments: APIAttachment[]) {
  const { id, member, guild_id } = interaction;
  return {
    id,
    type: MessageType.Default,
    channel_id: channelIdOf(interaction),
    ...(guild_id && { guild_id }),
    ...(member && { member }),
    author: userOf(interaction),
    content: '',
    timestamp: new Date(SnowflakeUtil.timestampFrom(id)).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments,
    embeds: [],
    pinned: false,
  };
}

/** The person's own conversation in a channel, for what they ask in private. */
function ownLocation(location: Location, person: string): Location {
  return location.guild ? { ...location, person } : location;
}
