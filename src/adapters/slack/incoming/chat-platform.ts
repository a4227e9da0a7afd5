/** Slack for the inbox, as the port `ChatPlatform`. */
import type { Logger } from 'pino';
import type { ChatPlatform } from '../../../chat/inbox/chat-platform.ts';
import type { CommandCall } from '../../../core/commands/command.ts';
import type { ConversationId } from '../../../core/types.ts';
import { tellAlone } from '../answer/telling.ts';
import { commandPlaceOf, conversationOf, isDirect, personOf, timeOf } from '../ids.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import { decode } from '../reading/text.ts';
import type { Caller } from './callers.ts';
import type { Deletions } from './deletions.ts';
import { type Delivered, idOf, laneOf } from './delivered.ts';
import type { MessageCommands } from './message-commands.ts';
import type { Missed } from './missed.ts';
import { createOpenQuestions, type OpenQuestionsOptions } from './open-questions.ts';

export interface SlackChatOptions extends OpenQuestionsOptions {
  deletions: Deletions;
  typed: MessageCommands;
  help(call: CommandCall): string;
  sayIn(conversation: ConversationId, turn: string, text: string): Promise<void>;
  /** Call this only when the adapter is made. */
  missed(): Missed;
  log: Logger;
}

export type SlackChat = ChatPlatform<Delivered, Caller, Delivered>;

export function createSlackChat(options: SlackChatOptions): SlackChat {
  const { incoming, deletions, missed, log } = options;

  async function say(delivered: Delivered, text: string, at?: ConversationId): Promise<void> {
    const place = at ?? incoming.placeOf(delivered.message, delivered.workspace);
    await options.sayIn(place, `notice-${idOf(delivered)}`, text);
  }

  function tellSender({ message, workspace }: Delivered, text: string): Promise<void> {
    const { channel = '', thread_ts: thread, user: asker = '' } = message;
    return tellAlone({ workspace, channel, thread, asker, log }, text);
  }

  return {
    ...createOpenQuestions(options),
    redelivers: true,
    idOf,
    laneOf,
    orderOf: ({ message: { ts } }) => ts,
    logged: ({ message: { channel, ts } }) => ({ channel, message: ts }),
    senderOf,
    deletions,
    say,
    isForgotten: ({ message, workspace }) => incoming.isForgotten(message, workspace),
    help: ({ message }, caller) => options.help(commandCallOf(message, caller)),
    // A message in a channel has the lane of the thread that it begins.
    threadBegunBy: () => undefined,
    expectsAnswer: async ({ message, workspace }) => incoming.isAddressed(message, workspace),
    whenRead: ({ message, workspace }) => missed().whenRead(message, workspace.team),
    seen: ({ message, workspace }, caller) => missed().seen(message, workspace.team, caller.location.thread),

    async callerOf(delivered) {
      if (deletions.has(idOf(delivered))) return undefined;
      return incoming.recognise(delivered.message, delivered.workspace);
    },

    leave: (delivered) =>
      deletions.has(idOf(delivered))
        ? undefined
        : incoming.threadToFollow(delivered.message, delivered.workspace),

    async handle(delivered, caller) {
      if (!caller.isAddressed) return false;
      const { message, workspace } = delivered;
      const text = await incoming.text(message, workspace);
      const command = await options.typed.run(text, workspace, caller, message);
      if (command && command.problem !== undefined) await say(delivered, command.problem);
      return command !== false;
    },

    tellAlone: tellSender,
    tellPrivately: (delivered, text) =>
      senderOf(delivered).isDirect ? say(delivered, text) : tellSender(delivered, text),
  };
}

function senderOf({ message, workspace: { team } }: Delivered) {
  const { user: id = '', channel = '', thread_ts: thread = '', ts, text = '' } = message;
  return {
    id,
    person: personOf(team, id),
    at: timeOf(ts),
    place: `${channel} ${thread}`,
    noticed: { channel: `${team} ${channel}`, person: `${team} ${id}` },
    isDirect: isDirect(channel),
    text: decode(text),
  };
}

function commandCallOf(
  { user = '', ts }: SlackMessage,
  { tenant, location, isAdmin, access }: Caller,
): CommandCall {
  const conversation = conversationOf(tenant, location);
  const author = { id: user, name: '' };
  const isModerator = isAdmin;
  return {
    tenant,
    conversation,
    author,
    isAdmin,
    isModerator,
    access,
    place: commandPlaceOf(conversation, ts),
  };
}
