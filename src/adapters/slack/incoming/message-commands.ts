/** Commands typed as messages, since Slack has no slash commands in threads. */
import type { WebClient } from '@slack/web-api';
import type { CommandValues } from '../../../core/commands/command.ts';
import { readTypedCommand, type TypedCommand } from '../../../core/commands/typed.ts';
import { ALL } from '../../../core/commands/whose.ts';
import { UTC } from '../../../core/money/periods.ts';
import { readSpan } from '../../../core/short/span.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';
import { conversationOf } from '../ids.ts';
import type { CommandOrigin } from '../interactions/modals/origin.ts';
import type { People } from '../reading/people.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import { en } from '../sentences/en.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { Caller } from './callers.ts';

export interface MessageCommands {
  /**
   * Runs a command. False if the text is no command that the person may use there. `problem` is a sentence to tell them.
   * A person who may not ask there may still stop, forget and export their own messages.
   * @param text of the message, without the mention
   */
  run(
    text: string,
    workspace: Workspace,
    call: Caller,
    message: Pick<SlackMessage, 'user' | 'ts'>,
  ): Promise<{ problem?: string } | false>;
  /** Stops the person's own questions there, or everything for an admin. Returns why not, if it could not. */
  stop(conversation: ConversationId, team: string, user: string): Promise<string | undefined>;
}

/** Runs any other command than `stop`, and tells its caller. */
export type RunText = (
  command: Exclude<TypedCommand, 'stop'>,
  origin: CommandOrigin & { channel: string },
  user: string,
  client: WebClient,
  values?: CommandValues,
) => Promise<void>;

export interface MessageCommandsOptions {
  people: Pick<People, 'isAdmin'>;
  queue: Pick<TurnQueue, 'cancel' | 'live'>;
  transcripts: Pick<Transcripts, 'find'>;
  runText: RunText;
}

/** Commands about a person's own messages. */
const OF_ONES_OWN = new Set<TypedCommand>(['stop', 'forget', 'export', 'usage']);
/** Words behind `forget` or `export` that mean the messages of all people. */
const WHOLE = [' all', ' conversation'];

/** A command that reads a thread, with how much of it. */
const SUMMARIZE = /^\/?(?:parley\s+)?(?:summarize|zusammenfassen)(?:\s+(.{1,40}))?$/;

const USAGE = /^\/?(?:parley\s+)?(?:usage|verbrauch)[.!]?$/;

interface ReadCommand {
  command: TypedCommand | undefined;
  values: CommandValues;
}

/** @param isThread whether the message is in a thread, where Slack has no slash command */
function readCommand(text: string, isThread: boolean): ReadCommand {
  const typed = text.trim().toLowerCase();
  const [isSummary, span = ''] = SUMMARIZE.exec(typed) ?? [];
  // Behind the command, any other words make the text a question.
  if (isSummary !== undefined && isThread && readSpan(span, Date.now(), UTC))
    return { command: 'summarize', values: { span } };
  if (isThread && USAGE.test(typed)) return { command: 'usage', values: {} };
  const word = WHOLE.find((end) => typed.endsWith(end));
  const command = readTypedCommand(word === undefined ? typed : typed.slice(0, -word.length));
  const isWhole = word !== undefined;
  // Behind any other command, such a word makes the text a question.
  if (!isWhole) return { command, values: {} };
  const isOfPeople = command === 'forget' || command === 'export';
  return { command: isOfPeople ? command : undefined, values: { what: ALL } };
}

export function createMessageCommands({
  people,
  queue,
  transcripts,
  runText,
}: MessageCommandsOptions): MessageCommands {
  async function stop(conversation: ConversationId, team: string, user: string): Promise<string | undefined> {
    if (await people.isAdmin(team, user))
      return (await queue.cancel(conversation)) ? undefined : en.notices.nothingToStop;
    const live = await queue.live(conversation);
    const turns = await Promise.all(live.map(({ id }) => transcripts.find(conversation, id)));
    const own = turns.filter((turn) => turn?.message.author.id === user);
    const stopped = await Promise.all(own.map((turn) => turn && queue.cancel(conversation, turn.message.id)));
    if (stopped.includes(true)) return undefined;
    return live.length > own.length ? en.notices.notYours(SLACK_WORDS) : en.notices.nothingToStop;
  }

  return {
    stop,
    async run(text, { team, client }, { tenant, location, access }, { user = '', ts }) {
      const { command, values } = readCommand(text, location.thread !== undefined && location.thread !== ts);
      if (!command || (access !== 'yes' && !OF_ONES_OWN.has(command))) return false;
      const conversation = conversationOf(tenant, location);
      if (command === 'stop') {
        const problem = await stop(conversation, team, user);
        if (problem === undefined) return {};
        return access === 'yes' ? { problem } : false;
      }
      const { channel, thread } = location;
      const origin = { team, conversation, channel, at: ts, ...(thread !== undefined && { thread }) };
      await runText(command, origin, user, client, values);
      return {};
    },
  };
}
