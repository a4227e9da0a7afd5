/** Commands typed behind a mention, such as `@Parley new`. */
import type { CommandCall, Commands } from '../../../core/commands/command.ts';
import { readTypedCommand, type TypedCommand } from '../../../core/commands/typed.ts';
import type { IncomingMessage } from '../incoming/callers.ts';
import type { Directory } from '../reading/directory.ts';

export interface TypedCommandsOptions {
  commands: Pick<Commands, 'run'>;
  botId(): string;
  directory: Pick<Directory, 'roleOfBot'>;
}

/** Commands whose answer everybody may read. Commands that delete or send files are slash commands, which ask first. */
const IN_PUBLIC = new Set<TypedCommand>(['new', 'stop', 'about', 'help']);

export function createTypedCommands({ commands, botId, directory }: TypedCommandsOptions) {
  /** Whether the text itself mentions Parley; a reply that pings does not. */
  function isMentioned({ content, guild_id: guild }: IncomingMessage): boolean {
    const role = guild ? directory.roleOfBot(guild, botId()) : undefined;
    const tokens = [`<@${botId()}>`, `<@!${botId()}>`, ...(role === undefined ? [] : [`<@&${role}>`])];
    return tokens.some((token) => content.includes(token));
  }

  /** Runs the command in the message, and returns the reply; undefined if there is none. @param text without the mention */
  return async (message: IncomingMessage, text: string, call: CommandCall): Promise<string | undefined> => {
    const command = readTypedCommand(text);
    if (!command || !IN_PUBLIC.has(command) || message.attachments.length > 0 || !isMentioned(message))
      return undefined;
    const reply = await commands.run(command, call, {});
    return reply.type === 'text' ? reply.text : undefined;
  };
}
