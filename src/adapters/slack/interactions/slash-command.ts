/** The slash command, `/parley`. */
import type { App, RespondFn, SlashCommand } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { CommandCall, Commands } from '../../../core/commands/command.ts';
import type { ConversationId } from '../../../core/types.ts';
import { isDirect } from '../ids.ts';
import { en } from '../sentences/en.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import type { CommandAnswers } from './command-answers.ts';
import type { CallOf } from './command-callers.ts';
import { readCommand, SLASH } from './typed-command.ts';
import type { Uses } from './uses.ts';
import { byResponse, whisperOf } from './whisper.ts';

/** The person who asked a question by the slash command, and where. */
export interface AskedBy {
  team: string;
  channel: string;
  user: string;
  /** Slack's id of the use. */
  trigger: string;
  /** Reaches the person five times within half an hour, also where Parley is no member. */
  respond: RespondFn;
}

export interface SlashCommandOptions {
  commands: Commands;
  /** Help for a person who asked nothing, or used a command that does not exist. */
  help(call: CommandCall): string;
  /** The conversation that a person's command in a channel is about. */
  whereOf(team: string, channel: string, user: string): Promise<ConversationId> | ConversationId;
  /** @param text as Slack sends it, with its entities */
  onAsk(text: string, isPrivate: boolean, by: AskedBy): Promise<void>;
}

export interface SlashCommandParts {
  callOf: CallOf;
  answers: Pick<CommandAnswers, 'show'>;
  uses: Uses;
}

interface SlashUse {
  command: SlashCommand;
  respond: RespondFn;
  client: WebClient;
}

export function mountSlashCommand(app: App, options: SlashCommandOptions, parts: SlashCommandParts): void {
  app.command(SLASH, async ({ command, ack, respond, client }) => {
    await ack();
    const { trigger_id, response_url, team_id, channel_id, user_id, text } = command;
    const id = [trigger_id, response_url, team_id, channel_id, user_id, text];
    const use = { name: SLASH, tell: byResponse(respond) };
    await parts.uses.once(id, use, () => run(options, parts, { command, respond, client }));
  });
}

async function run(
  { commands, help, whereOf, onAsk }: SlashCommandOptions,
  { callOf, answers }: SlashCommandParts,
  { command, respond, client }: SlashUse,
): Promise<void> {
  const { team_id: team, channel_id: channel, user_id: user, trigger_id: trigger } = command;
  const whisper = byResponse(respond);
  const origin = { team, channel, conversation: await whereOf(team, channel, user) };
  const call = await callOf(origin, user);
  const { name, values, hasMore, missing } = readCommand(command.text, commands.list);
  if (name === undefined) return whisper(whisperOf(`${en.notices.noCommand(SLACK_WORDS)}\n\n${help(call)}`));
  if (name === 'help') return whisper(whisperOf(help(call)));
  if (missing !== undefined) return whisper(whisperOf(en.slash.missing(missing, `${SLASH} ${name}`)));
  const reply = await commands.run(name, call, values);
  if (reply.type === 'ask')
    return onAsk(reply.text, reply.isPrivate, { team, channel, user, trigger, respond });
  const threadsNote = reply.type === 'text' && !isDirect(channel) ? en.slash.inThreads[name] : undefined;
  const shown = reply.type === 'text' && threadsNote !== undefined ? { ...reply, text: threadsNote } : reply;
  const isLost = reply.type === 'form' && hasMore;
  const caller = { client, user, origin, trigger, whisper };
  await answers.show(shown, caller, isLost ? en.slash.keyNotUsed : undefined);
}
