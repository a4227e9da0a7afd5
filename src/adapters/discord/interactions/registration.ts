/** Registers Parley's commands with Discord if they differ from those it has. */
import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as Option,
  PermissionFlagsBits,
  type REST,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Command, CommandOption } from '../../../core/commands/command.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import { isSameCommands } from './same-commands.ts';

const TYPES = {
  text: Option.String,
  choice: Option.String,
  boolean: Option.Boolean,
  file: Option.Attachment,
} as const;
/** Discord: 25 choices; 6,000 characters of a text, 100 of a description (application-commands.mdx). */
const MOST_CHOICES = 25;
const MOST_CHARACTERS = 6_000;

/** Returns whether Discord had other commands: people or programs with the same token can change them. */
export async function registerCommands(
  rest: REST,
  application: string,
  commands: Command[],
): Promise<boolean> {
  const body = bodyOf(commands);
  const route = Routes.applicationCommands(application);
  // Without this parameter, Discord leaves the other languages out (application-commands.mdx, Get Global
  // Application Commands).
  const query = new URLSearchParams({ with_localizations: 'true' });
  // If Discord does not answer, the commands are written.
  const all = (await rest.get(route, { query }).catch(() => [])) as APIApplicationCommand[];
  const isEntryPoint = ({ type }: APIApplicationCommand) => type === ApplicationCommandType.PrimaryEntryPoint;
  const found = all.filter((command) => !isEntryPoint(command));
  if (isSameCommands(found, body)) return false;
  // The command that opens an activity is not Parley's, but Discord refuses a list without it (50240).
  await rest.put(route, { body: [...body, ...all.filter(isEntryPoint)] });
  return true;
}

/** Commands of two words become subcommands of the first. */
export function bodyOf(commands: Command[]): RESTPostAPIApplicationCommandsJSONBody[] {
  const groups = Map.groupBy(commands, ({ name }) => name.split(' ', 1)[0] ?? name);
  const slash = [...groups].map(([name, members]) => groupOf(name, members));
  const where = {
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
  return [
    ...slash.map((command) => ({ ...command, ...where })),
    {
      type: ApplicationCommandType.Message as const,
      name: en.commands.askAbout,
      name_localizations: { de: de.commands.ASK_ABOUT },
      ...where,
    },
  ];
}

function groupOf(name: string, members: Command[]): RESTPostAPIApplicationCommandsJSONBody {
  const [first] = members;
  if (!first) throw new TypeError(`a group without commands: ${name}`);
  const isSingle = members.length === 1 && first.name === name;
  const names = isSingle ? first.names : first.names && wordOf(first.names, 0);
  const isForAdmins = members.every(({ permission }) => permission === 'admin');
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    // People see only the descriptions of a group's members.
    description: first.description,
    ...(names && { name_localizations: names }),
    ...(first.descriptions && { description_localizations: first.descriptions }),
    // A server's admins may change this default, so Parley checks the permission at each call.
    ...(isForAdmins && { default_member_permissions: String(PermissionFlagsBits.ManageGuild) }),
    options: isSingle
      ? first.options.map(optionOf)
      : members.map((member) => ({
          type: Option.Subcommand,
          name: member.name.split(' ')[1] ?? member.name,
          description: member.description,
          ...(member.names && { name_localizations: wordOf(member.names, 1) }),
          ...(member.descriptions && { description_localizations: member.descriptions }),
          options: member.options.map(optionOf) as never[],
        })),
  };
}

/** The first or the second word of a name in each language. */
function wordOf(names: Record<string, string>, index: 0 | 1): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).map(([language, name]) => [language, name.split(' ')[index] ?? name]),
  );
}

function optionOf(option: CommandOption): APIApplicationCommandOption {
  const { name, names, description, descriptions, type, required, choices, longest, suggest } = option;
  return {
    type: TYPES[type],
    name,
    description,
    required,
    ...(names && { name_localizations: names }),
    ...(descriptions && { description_localizations: descriptions }),
    ...(choices && {
      choices: choices.slice(0, MOST_CHOICES).map(({ value, label }) => ({ value, name: label })),
    }),
    ...(longest !== undefined && { max_length: Math.min(longest, MOST_CHARACTERS) }),
    ...(suggest && { autocomplete: true }),
  } as APIApplicationCommandOption;
}
