/** Takes Slack's events about messages and channels, and hands each to its part of Parley. */
import { forgetChannel } from '../../chat/forget-channel.ts';
import type { Inbox } from '../../chat/inbox/inbox.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import type { SlackConnection } from './connection/connection.ts';
import { conversationOf, isIn, tenantOf } from './ids.ts';
import type { Deletions } from './incoming/deletions.ts';
import type { Delivered } from './incoming/delivered.ts';
import type { MessageCommands } from './incoming/message-commands.ts';
import type { SlackMessage } from './reading/slack-message.ts';

export interface EventParts {
  inbox: Inbox<Delivered, Delivered>;
  deletions: Deletions;
  typed: Pick<MessageCommands, 'stop'>;
}

export function mountEvents(
  options: Pick<ChatAdapterOptions, 'transcripts' | 'forgetting'> & { connection: SlackConnection },
  { inbox, deletions, typed }: EventParts,
): void {
  const { app, workspaces } = options.connection;

  /** The workspace that an event came from. Undefined if Parley was removed from it meanwhile. */
  const workspaceOf = (team: string | undefined) => workspaces.of(team ?? '');

  app.event('app_mention', async ({ event, context }) => {
    const workspace = await workspaceOf(context.teamId);
    if (workspace) await inbox.take({ message: event as SlackMessage, workspace });
  });

  app.event('message', async ({ event, context }) => {
    const workspace = await workspaceOf(context.teamId);
    if (!workspace) return;
    const { channel, channel_type } = event;
    const deleted = (ts: string) => {
      const message = { channel, ts, thread_ts: previousIn(event)?.thread_ts };
      return deletions.deleted({ message, workspace }, inbox.inOrder);
    };
    switch (event.subtype) {
      case 'message_changed': {
        const message = { ...(event.message as SlackMessage), channel, channel_type };
        // Slack keeps a deleted message that has replies, as a `tombstone`.
        if (message.subtype === 'tombstone') await deleted(message.ts);
        // Parley edits its own messages all the time.
        else if (message.bot_id === undefined)
          await inbox.edited({ message, previous: previousIn(event), workspace });
        return;
      }
      case 'message_deleted':
        await deleted(event.deleted_ts);
        return;
      default:
        await inbox.take({ message: event as SlackMessage, workspace });
    }
  });

  const channelGone = (team: string | undefined, channel: string) =>
    forgetChannel(options, tenantOf(team ?? ''), (conversation) => isIn(conversation, channel));
  app.event('channel_deleted', ({ event, context }) => channelGone(context.teamId, event.channel));
  app.event('group_deleted', ({ event, context }) => channelGone(context.teamId, event.channel));

  // A person has pressed Slack's own stop button under a stream.
  app.event('agent_session_stopped' as 'message', async ({ event, context }) => {
    const {
      channel = '',
      thread_ts: thread,
      user: person = '',
    } = event as unknown as { channel?: string; thread_ts?: string; user?: string };
    const team = context.teamId ?? '';
    const [tenant, place] = [tenantOf(team), { channel, ...(thread && { thread }) }];
    for (const one of [place, { ...place, person }])
      await typed.stop(conversationOf(tenant, one), team, person);
  });
}

/** The changed or deleted message as it was before, from an event. */
function previousIn(event: object): SlackMessage | undefined {
  return (event as { previous_message?: SlackMessage }).previous_message;
}
