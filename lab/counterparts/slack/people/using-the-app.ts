/** Actions of people on the app itself: open its home, look at something, stop its answer. */

import { homeOf, viewPayload } from '../blocks/views.ts';
import type { Context } from '../context.ts';
import { newTs } from '../world/ids.ts';
import { messagePayload } from '../world/message-payload.ts';
import { tellChange, type Where } from '../world/posting.ts';
import { isLive, sessionOf } from '../world/streams.ts';
import { dmWith, type StoredMessage } from '../world/world.ts';
import type { Who } from './using-commands.ts';

export function opensHome(
  context: Context,
  { workspace, user }: Who,
  tab: 'home' | 'messages' = 'home',
  around: object = { entities: [] },
): void {
  const view = homeOf(context, workspace.id, user.id);
  context.events.emit(workspace, 'app_home_opened', {
    type: 'app_home_opened',
    user: user.id,
    channel: dmWith(workspace, user.id).id,
    tab,
    ...(view && tab === 'home' ? { view: viewPayload(context, view) } : {}),
    ...(context.settings.agent ? { context: around } : {}),
    event_ts: newTs(),
  });
}

export function looksAt({ events }: Context, { workspace, user }: Who, entities: object[]): void {
  events.emit(workspace, 'app_context_changed', {
    type: 'app_context_changed',
    user: user.id,
    channel: dmWith(workspace, user.id).id,
    context: { entities },
    event_ts: newTs(),
  });
}

/** @param message the message that is being streamed, if any */
export function stops(
  context: Context,
  { workspace, user }: Who,
  where: Where,
  threadTs: string,
  message?: StoredMessage,
): void {
  const stream = message?.stream;
  if (message) {
    if (!stream || !isLive(context, stream)) throw new Error(`${message.ts} is not being streamed`);
    const previous = messagePayload(context.world, message);
    stream.state = 'stopped';
    message.text = stream.text;
    tellChange(context, where, message, previous);
  }
  sessionOf(context, where.channel.id, threadTs).status = 'active';
  context.events.emit(workspace, 'agent_session_stopped', {
    type: 'agent_session_stopped',
    channel: where.channel.id,
    user: user.id,
    thread_ts: threadTs,
    streaming_message_ts: message ? [message.ts] : [],
    event_ts: newTs(),
  });
}
