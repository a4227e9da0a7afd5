/** Commands typed as messages, since Slack has no slash commands in threads. */
import type { WebClient } from '@slack/web-api';
import { readTypedCommand, type TypedCommand } from '../../core/commands/typed.ts';
import { NOT_YOUR_BUTTON, NOTHING_TO_STOP } from '../../core/notices.ts';
import type { Transcripts, TurnQueue } from '../../core/ports.ts';
import type { ConversationId } from '../../core/types.ts';
import type { Origin } from './forms.ts';
import type { Call } from './incoming.ts';
import type { People } from './people.ts';
import { conversationOf } from './place.ts';
import type { Workspace } from './workspaces.ts';

export interface MessageCommands {
  /**
   * Runs a command. False where the text is no command; otherwise a sentence to tell the person, if the command
   * has not told them.
   * @param text of a message, without the mention
   */
  run(text: string, workspace: Workspace, call: Call, user: string): Promise<{ problem?: string } | false>;
}

export interface MessageCommandsOptions {
  people: Pick<People, 'isAdmin'>;
  queue: Pick<TurnQueue, 'cancel' | 'live'>;
  transcripts: Pick<Transcripts, 'find'>;
  runText(
    command: Exclude<TypedCommand, 'stop'>,
    origin: Origin & { channel: string },
    user: string,
    client: WebClient,
  ): Promise<void>;
}

export function createMessageCommands({
  people,
  queue,
  transcripts,
  runText,
}: MessageCommandsOptions): MessageCommands {
  /** Stops the person's own questions there, or everything for an admin. Returns why not, if it could not. */
  async function stop(conversation: ConversationId, team: string, user: string): Promise<string | undefined> {
    if (await people.isAdmin(team, user))
      return (await queue.cancel(conversation)) ? undefined : NOTHING_TO_STOP;
    const live = await queue.live(conversation);
    const turns = await Promise.all(live.map(({ id }) => transcripts.find(conversation, id)));
    const own = turns.filter((turn) => turn?.message.author.id === user);
    const stopped = await Promise.all(own.map((turn) => turn && queue.cancel(conversation, turn.message.id)));
    if (stopped.includes(true)) return undefined;
    return live.length > own.length ? NOT_YOUR_BUTTON : NOTHING_TO_STOP;
  }

  return {
    async run(text, { team, client }, { tenant, place }, user) {
      const command = readTypedCommand(text);
      if (!command) return false;
      const conversation = conversationOf(tenant, place);
      if (command === 'stop') {
        const problem = await stop(conversation, team, user);
        return problem === undefined ? {} : { problem };
      }
      const { channel, thread } = place;
      const origin = { team, conversation, channel, ...(thread !== undefined && { thread }) };
      await runText(command, origin, user, client);
      return {};
    },
  };
}
