/** Slash commands and shortcuts, as a user's client sends them. */
import { object } from '../api/args.ts';
import type { Context, Interaction } from '../context.ts';
import { respond } from '../delivery/responses.ts';
import { newTs } from '../world/ids.ts';
import { messagePayload } from '../world/message-payload.ts';
import type { StoredChannel, StoredMessage, StoredUser, StoredWorkspace } from '../world/world.ts';
import { handleOf, type InteractionHandle } from './handle.ts';

export interface Who {
  workspace: StoredWorkspace;
  user: StoredUser;
}

export async function runs(
  context: Context,
  { workspace, user }: Who,
  command: string,
  text: string,
  channel: StoredChannel,
): Promise<InteractionHandle> {
  if (!context.commands.has(command)) throw new Error(`${command} is not a valid command`);
  const named = { im: 'directmessage', group: 'privategroup', mpim: 'privategroup', channel: channel.name };
  const payload = { command, text, channel_id: channel.id, channel_name: named[channel.type] };
  const interaction = await context.interactions.start(context, {
    type: 'slash_commands',
    kind: command,
    workspace,
    user,
    channel,
    payload,
  });
  answered(context, interaction);
  return handleOf(context, interaction);
}

/** Runs a shortcut, on a message or globally. */
export async function shortcut(
  context: Context,
  { workspace, user }: Who,
  callbackId: string,
  message?: { stored: StoredMessage; channel: StoredChannel },
): Promise<InteractionHandle> {
  if (context.shortcuts && !context.shortcuts.has(callbackId)) throw new Error(`no shortcut ${callbackId}`);
  const about = message
    ? {
        type: 'message_action',
        channel: { id: message.channel.id, name: message.channel.name || 'directmessage' },
        message: messagePayload(context.world, message.stored),
        message_ts: message.stored.ts,
      }
    : { type: 'shortcut' };
  const interaction = await context.interactions.start(context, {
    type: 'interactive',
    kind: callbackId,
    workspace,
    user,
    channel: message?.channel,
    payload: { ...about, callback_id: callbackId, action_ts: newTs() },
  });
  return handleOf(context, interaction);
}

/** Shows the text or message of the acknowledgement as an answer. */
function answered(context: Context, interaction: Interaction): void {
  const { answer } = interaction;
  if (!answer?.ok || !answer.payload) return;
  const said = typeof answer.payload === 'string' ? { text: answer.payload } : (object(answer.payload) ?? {});
  if (said.text || said.blocks) interaction.trouble = respond(context, interaction, said);
}
