/** Interactions: slash commands, the command on a message, buttons, menus, modals and suggestions. */
import {
  type APIApplicationCommandInteraction,
  type APIAttachment,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessage,
  type APIMessageApplicationCommandInteraction,
  type APIMessageComponentInteraction,
  ApplicationCommandType,
  ComponentType,
  MessageType,
  ApplicationCommandOptionType as Option,
  PermissionFlagsBits,
  SnowflakeUtil,
  InteractionType as Type,
} from 'discord.js';
import type { Answering } from '../../../chat/answer/answering.ts';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { CallerRights } from '../../../chat/inbox/caller.ts';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import type { CommandCall, Commands, CommandValues } from '../../../core/commands/command.ts';
import { StoreError } from '../../../core/errors.ts';
import { createRecent } from '../../../core/recent.ts';
import { ASK_ABOUT_PROMPT } from '../../../core/sentences/prompts.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { commandPlaceOf, conversationOf, type Location, personOf } from '../ids.ts';
import type { Caller } from '../incoming/callers.ts';
import type { Incoming } from '../incoming/incoming.ts';
import { isModerator } from '../permissions.ts';
import type { Channel, Directory } from '../reading/directory.ts';
import { nameOf } from '../reading/text.ts';
import { en } from '../sentences/en.ts';
import { askedOf, type FormId, readFormId, valuesOf } from './forms.ts';
import { type InteractionAnswers, userOf } from './responses.ts';

export interface InteractionsOptions {
  answers: InteractionAnswers;
  directory: Pick<Directory, 'newestIn'>;
  answering: Answering;
  surfaces: Surfaces;
  incoming: Incoming;
  commands: Commands;
  rate: MessageRate;
  refusals: Refusals;
  press(
    interaction: Extract<APIInteraction, { type: Type.MessageComponent }>,
    callerOf: () => Promise<CallerRights>,
  ): Promise<void>;
}

/** Discord sends an interaction again after a resume; a second answer to it would fail. */
const MOST_SEEN = 10_000;
const ADMIN = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

export function createInteractions(options: InteractionsOptions) {
  const { answers, answering, surfaces, incoming, commands, press } = options;
  const seen = createRecent<string, true>(MOST_SEEN);

  /** Who calls, and where; the server checks the permission again, whatever Discord let through. */
  function callOf(interaction: APIInteraction): Promise<Caller> {
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
        channelId: channelOf(interaction),
        channel: known,
        user: userOf(interaction),
        roles: member?.roles ?? [],
        isAdmin: !guild_id || (BigInt(member?.permissions ?? 0) & ADMIN) !== 0n,
      },
      true,
    );
  }

  async function commandCall(interaction: APIInteraction): Promise<CommandCall> {
    const { tenant, location, isAdmin, access } = await callOf(interaction);
    const user = userOf(interaction);
    return {
      tenant,
      conversation: conversationOf(tenant, location),
      author: { id: user.id, name: nameOf(user, interaction.member) },
      isAdmin,
      isModerator: isModerator(interaction),
      access,
      place: commandPlaceOf(tenant, location, newestOf(interaction)),
    };
  }

  /** The newest id of the place: a message may come with a later one than the interaction that followed it. */
  function newestOf(interaction: APIInteraction): string {
    const newest = options.directory.newestIn(channelOf(interaction));
    return newest !== undefined && isLater(newest, interaction.id) ? newest : interaction.id;
  }

  /** A question for the model, answered as the interaction's own message. */
  async function ask(
    interaction: APIApplicationCommandInteraction,
    question: { text: string; isPrivate: boolean; files: APIAttachment[]; about?: APIMessage | undefined },
  ): Promise<void> {
    const [call, user] = [await callOf(interaction), userOf(interaction)];
    if (call.access !== 'yes') {
      const by = { tenant: call.tenant, person: user.id, isAdmin: call.isAdmin };
      return answers.whisper(interaction, options.refusals.noticeFor(call.access, by));
    }
    const at = SnowflakeUtil.timestampFrom(interaction.id);
    const sent = { id: interaction.id, at, place: channelOf(interaction) };
    const wait = await options.rate.count(personOf(user.id), sent);
    if (wait) return answers.whisper(interaction, en.notices.tooManyAMinute(wait.seconds));
    await answers.defer(interaction, question.isPrivate);
    const location = question.isPrivate ? ownLocation(call.location, user.id) : call.location;
    const message = await incoming.messageOf(
      {
        ...messageBy(interaction, question.files),
        ...('about' in question && { type: MessageType.Reply, referenced_message: question.about ?? null }),
      },
      { ...call, location },
      { id: interaction.id, text: question.text, isPrompt: 'about' in question },
    );
    if (message === 'forgotten') return answers.instead(interaction, en.notices.forgotten);
    if (typeof message === 'string') return answers.instead(interaction, en.notices.unreadable);
    const { application_id: application, token } = interaction;
    await surfaces.reachBy(message.id, message.conversation, { application, token, at: Date.now() });
    const { settings } = call;
    await answering.begin(message, { isPrivate: question.isPrivate, isAwaited: true, settings });
  }

  async function slash(interaction: APIChatInputApplicationCommandInteraction): Promise<void> {
    const { name, values, files } = readCommand(interaction);
    const work = commandCall(interaction).then((call) => commands.run(name, call, values));
    const question = await answers.reply(interaction, work, false);
    if (question) await ask(interaction, { ...question, files });
  }

  const about = (interaction: APIMessageApplicationCommandInteraction) => {
    const message = interaction.data.resolved.messages[interaction.data.target_id];
    return ask(interaction, {
      text: ASK_ABOUT_PROMPT,
      isPrivate: false,
      files: [],
      about: message as APIMessage | undefined,
    });
  };

  async function answer(interaction: APIInteraction): Promise<void> {
    switch (interaction.type) {
      case Type.ApplicationCommand:
        if (interaction.data.type === ApplicationCommandType.ChatInput)
          return slash(interaction as APIChatInputApplicationCommandInteraction);
        if (interaction.data.type === ApplicationCommandType.Message)
          return about(interaction as APIMessageApplicationCommandInteraction);
        return;
      case Type.ApplicationCommandAutocomplete: {
        const { name, focused } = readCommand(interaction);
        const work = commandCall(interaction).then((call) =>
          commands.suggest(name, focused?.name ?? '', call, focused?.value ?? ''),
        );
        return answers.suggest(
          interaction,
          work.catch(() => []),
        );
      }
      case Type.MessageComponent: {
        const form = readFormId(interaction.data.custom_id);
        const choice = form && choiceIn(form, interaction);
        if (!form || choice === undefined) return press(interaction, () => callOf(interaction));
        const work = commandCall(interaction).then((call) => commands.pick(form.id, call, choice));
        await answers.reply(interaction, work, true);
        return;
      }
      case Type.ModalSubmit: {
        const form = readFormId(interaction.data.custom_id);
        const values = valuesOf(interaction.data);
        const work = commandCall(interaction).then((call) => commands.submit(form?.id ?? '', call, values));
        await answers.reply(interaction, work, interaction.message !== undefined);
      }
    }
  }

  return async function take(interaction: APIInteraction): Promise<void> {
    if (seen.has(interaction.id)) return;
    seen.set(interaction.id, true);
    try {
      await answer(interaction);
    } catch (error) {
      const notice = error instanceof StoreError ? en.notices.storeAway : en.notices.mistake;
      // The log has the error, also where the notice cannot be shown.
      if (interaction.type !== Type.ApplicationCommandAutocomplete)
        await answers.whisper(interaction, notice).catch(() => {});
      throw error;
    }
  };
}

/** The choice made in a panel or a question; undefined where it is neither. */
function choiceIn(form: FormId, interaction: APIMessageComponentInteraction): string | undefined {
  const { data } = interaction;
  if (form.kind === 'confirm') return form.asked === askedOf(interaction) ? form.choice : undefined;
  if (form.kind !== 'pick' || data.component_type !== ComponentType.StringSelect) return undefined;
  return data.values[0] ?? '';
}

interface Given {
  name: string;
  values: CommandValues;
  files: APIAttachment[];
  focused: { name: string; value: string } | undefined;
}

/** A command with its options as they were typed; a subcommand is a second word of the name. */
function readCommand(
  interaction:
    | Pick<APIChatInputApplicationCommandInteraction, 'data'>
    | { data: { name: string; options?: unknown } },
): Given {
  const data = interaction.data as APIChatInputApplicationCommandInteraction['data'];
  const [first] = data.options ?? [];
  const isGroup = first?.type === Option.Subcommand;
  const options = (isGroup ? first.options : data.options) ?? [];
  const given: Given = {
    name: isGroup ? `${data.name} ${first.name}` : data.name,
    values: {},
    files: [],
    focused: undefined,
  };
  for (const option of options) {
    if (!('value' in option)) continue;
    if (option.type === Option.Attachment) {
      const file = data.resolved?.attachments?.[option.value];
      if (file) given.files.push(file);
    } else
      given.values[option.name] = typeof option.value === 'boolean' ? option.value : String(option.value);
    if ('focused' in option && option.focused)
      given.focused = { name: option.name, value: String(option.value) };
  }
  return given;
}

/** The older field is all that some senders fill. */
function channelOf({ channel, channel_id }: APIInteraction): string {
  return channel?.id ?? channel_id ?? '';
}

/** A question by interaction, as the message that it might have been. */
function messageBy(interaction: APIApplicationCommandInteraction, attachments: APIAttachment[]) {
  const { id, member, guild_id } = interaction;
  return {
    id,
    type: MessageType.Default,
    channel_id: channelOf(interaction),
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
