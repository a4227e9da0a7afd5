/** `/help`: what Parley does, how to talk to it, and the commands that the caller may use. */

import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall } from './command.ts';
import { say } from './group.ts';

export interface HelpOptions {
  /** Whether Parley answers direct messages. */
  directMessages: boolean;
  words: Vocabulary;
}

/** @param commands all but this one */
export function helpCommand(commands: Command[], options: HelpOptions): Command {
  const command: Command = {
    name: 'help',
    names: { de: de.commands.help.name },
    description: en.commands.help.description,
    descriptions: { de: de.commands.help.description },
    permission: 'anyone',
    options: [],
    run: async (call) => say(helpText(call, [...commands, command], options)),
  };
  return command;
}

/** Also the answer to a mention without a question. */
export function helpText(call: CommandCall, commands: Command[], options: HelpOptions): string {
  const lines = commands
    .filter(({ permission }) => permission !== 'admin' || call.isAdmin)
    .map(({ name, description }) => `- ${options.words.command(name)}: ${description}`);
  return `${en.commands.help.introduction(options)}\n\n${lines.join('\n')}`;
}
