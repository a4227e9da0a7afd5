/** Interactions: slash commands, the command on a message, buttons, menus, modals and suggestions. */
import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessage,
  type APIMessageApplicationCommandInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  ComponentType,
  InteractionType as Type,
} from 'discord.js';
import type { CallerRights } from '../../../chat/inbox/caller.ts';
import type { Commands } from '../../../core/commands/command.ts';
import { StoreError } from '../../../core/errors.ts';
import { createRecent } from '../../../core/recent.ts';
import { ASK_ABOUT_PROMPT } from '../../../core/sentences/prompts.ts';
import { en } from '../sentences/en.ts';
import { createInteractionCallers, type InteractionCallersOptions } from './callers.ts';
import { readCommand } from './command-options.ts';
import { askedOf, type FormId, readFormId, valuesOf } from './forms.ts';
import { createInteractionQuestions, type InteractionQuestionsOptions } from './questions.ts';

export interface InteractionsOptions extends InteractionCallersOptions, InteractionQuestionsOptions {
  incoming: InteractionQuestionsOptions['incoming'];
  commands: Commands;
  /** Handles a press of a button under an answer. */
  press(interaction: APIMessageComponentInteraction, caller: () => Promise<CallerRights>): Promise<void>;
}

/** Interactions remembered as taken. After a resume Discord sends them again, and refuses a second answer. */
const MOST_TAKEN = 10_000;

/** Takes interactions, each once. Its failure is told to the person, and thrown for the log. */
export function createInteractions(options: InteractionsOptions) {
  const answer = createAnswer(options);
  const taken = createRecent<string, true>(MOST_TAKEN);
  return async (interaction: APIInteraction): Promise<void> => {
    if (taken.has(interaction.id)) return;
    taken.set(interaction.id, true);
    try {
      await answer(interaction);
    } catch (error) {
      const notice = error instanceof StoreError ? en.notices.storeAway : en.notices.mistake;
      // Discord may refuse the notice too: the log has the error.
      if (interaction.type !== Type.ApplicationCommandAutocomplete)
        await options.answers.whisper(interaction, notice).catch(() => {});
      throw error;
    }
  };
}

function createAnswer(options: InteractionsOptions) {
  const { answers, commands, press } = options;
  const callers = createInteractionCallers(options);
  const { callerOf, commandCall } = callers;
  const ask = createInteractionQuestions(options, callers);

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

  async function suggest(interaction: APIApplicationCommandAutocompleteInteraction): Promise<void> {
    const { name, focused } = readCommand(interaction);
    const work = commandCall(interaction).then((call) =>
      commands.suggest(name, focused?.name ?? '', call, focused?.value ?? ''),
    );
    await answers.suggest(
      interaction,
      work.catch(() => []),
    );
  }

  async function component(interaction: APIMessageComponentInteraction): Promise<void> {
    const form = readFormId(interaction.data.custom_id);
    const choice = form && choiceIn(form, interaction);
    if (!form || choice === undefined) return press(interaction, () => callerOf(interaction));
    const work = commandCall(interaction).then((call) => commands.pick(form.id, call, choice));
    await answers.reply(interaction, work, true);
  }

  async function submit(interaction: APIModalSubmitInteraction): Promise<void> {
    const form = readFormId(interaction.data.custom_id);
    const values = valuesOf(interaction.data);
    const work = commandCall(interaction).then((call) => commands.submit(form?.id ?? '', call, values));
    await answers.reply(interaction, work, interaction.message !== undefined);
  }

  return async (interaction: APIInteraction): Promise<void> => {
    switch (interaction.type) {
      case Type.ApplicationCommand:
        if (interaction.data.type === ApplicationCommandType.ChatInput)
          return slash(interaction as APIChatInputApplicationCommandInteraction);
        if (interaction.data.type === ApplicationCommandType.Message)
          return about(interaction as APIMessageApplicationCommandInteraction);
        return;
      case Type.ApplicationCommandAutocomplete:
        return suggest(interaction);
      case Type.MessageComponent:
        return component(interaction);
      case Type.ModalSubmit:
        return submit(interaction);
    }
  };
}

/** The choice made in a panel or a question; undefined for other components. */
function choiceIn(form: FormId, interaction: APIMessageComponentInteraction): string | undefined {
  const { data } = interaction;
  if (form.kind === 'confirm') return form.asked === askedOf(interaction) ? form.choice : undefined;
  if (form.kind !== 'pick' || data.component_type !== ComponentType.StringSelect) return undefined;
  return data.values[0] ?? '';
}
