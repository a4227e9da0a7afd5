/** Reads a command with its options from an interaction. */
import {
  type APIAttachment,
  type APIChatInputApplicationCommandInteraction,
  ApplicationCommandOptionType as Option,
} from 'discord.js';
import type { CommandValues } from '../../../core/commands/command.ts';

export interface GivenCommand {
  name: string;
  values: CommandValues;
  files: APIAttachment[];
  /** The option for which suggestions are asked. */
  focused: { name: string; value: string } | undefined;
}

/** The command with its options as they were typed. A subcommand is the second word of the name. */
export function readCommand(
  interaction:
    | Pick<APIChatInputApplicationCommandInteraction, 'data'>
    | { data: { name: string; options?: unknown } },
): GivenCommand {
  const data = interaction.data as APIChatInputApplicationCommandInteraction['data'];
  const [first] = data.options ?? [];
  const isGroup = first?.type === Option.Subcommand;
  const options = (isGroup ? first.options : data.options) ?? [];
  const given: GivenCommand = {
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
