/** Posts, changes and deletes messages. The app gets the events, and notifications are recorded. */

import { object } from '../api/args.ts';
import { isNobody, pingedBy } from '../blocks/pings.ts';
import { shown } from '../blocks/shown.ts';
import type { Context, Ping } from '../context.ts';
import { MESSAGES } from '../delivery/events.ts';
import { newId, newTs } from './ids.ts';
import { messagePayload, repliesOf, streamingState } from './message-payload.ts';
import type { Block, StoredChannel, StoredMessage, StoredWorkspace } from './world.ts';

export type Posted = Partial<StoredMessage> & { userId: string; text: string };

export interface Where {
  workspace: StoredWorkspace;
  channel: StoredChannel;
}

export interface PostOptions {
  /** Whether `@here` without brackets is a mention. */
  names?: boolean;
  /** More fields of the event. */
  more?: object;
}

export function post(
  context: Context,
  where: Where,
  posted: Posted,
  options: PostOptions = {},
): StoredMessage {
  const { workspace, channel } = where;
  const message: StoredMessage = {
    ts: newTs(),
    channelId: channel.id,
    workspaceId: workspace.id,
    botId: undefined,
    own: posted.userId === workspace.bot.userId,
    subtype: undefined,
    clientMsgId: undefined,
    blocks: [],
    attachments: [],
    files: [],
    threadTs: undefined,
    broadcast: false,
    metadata: undefined,
    edited: undefined,
    deleted: false,
    ephemeralTo: undefined,
    username: undefined,
    unfurl: { links: true, media: true },
    stream: undefined,
    reactions: new Map(),
    history: [],
    changedAt: 0,
    more: {},
    ...posted,
  };
  if (message.own) message.botId = workspace.bot.id;
  context.world.messages.push(message);
  remember(message);
  for (const file of message.files) file.shares.push({ channelId: channel.id, ts: message.ts });
  if (message.own)
    ping(context, message, message.ephemeralTo === undefined ? 'post' : 'ephemeral', options.names);
  if (message.ephemeralTo !== undefined) return message;
  channel.messages.set(message.ts, message);
  tell(context, where, message, options.more ?? {});
  return message;
}

/**
 * Changes a message as Slack itself does, for example its language or its replies. Slack reports that like an edit,
 * with the same text and no new `edited` (docs.slack.dev: message_changed event, on language detection).
 */
export function annotate(context: Context, where: Where, message: StoredMessage, fields: object): void {
  const previous = messagePayload(context.world, message);
  Object.assign(message.more, fields);
  tellChange(context, where, message, previous);
}

/** @param hidden whether the change is no edit: without `edited`, as for streams and unfurls */
export function change(
  context: Context,
  where: Where,
  message: StoredMessage,
  changed: Partial<StoredMessage>,
  { by, hidden = false }: { by: string; hidden?: boolean },
): void {
  const previous = messagePayload(context.world, message);
  Object.assign(message, changed);
  if (!hidden) message.edited = { user: by, ts: newTs() };
  remember(message);
  tellChange(context, where, message, previous);
}

export function remove(context: Context, where: Where, message: StoredMessage): void {
  const { world, events } = context;
  const { channel, workspace } = where;
  const previous = messagePayload(world, message);
  if (repliesOf(world, message).length > 0) {
    // A deleted message that has replies stays as a tombstone.
    const gone = { text: 'This message was deleted.', blocks: [], files: [], subtype: 'tombstone' };
    Object.assign(message, gone, { userId: 'USLACKBOT', botId: undefined, own: false });
    remember(message);
    tellChange(context, where, message, previous);
    return;
  }
  message.deleted = true;
  channel.messages.delete(message.ts);
  const ts = newTs();
  events.emit(
    workspace,
    MESSAGES[channel.type].event,
    {
      type: 'message',
      subtype: 'message_deleted',
      hidden: true,
      previous_message: previous,
      channel: channel.id,
      channel_type: channel.type,
      deleted_ts: message.ts,
      ts,
      event_ts: ts,
    },
    channel,
  );
}

/** Notes that the message changed, and adds the text that people read now to the history. */
export function remember(message: StoredMessage): void {
  message.changedAt = performance.now();
  const text = shown(message);
  if (message.history.at(-1)?.text === text) return;
  message.history.push({ at: performance.now(), text });
}

/** Records the notifications of a bot message, if there are more than before. */
export function ping(context: Context, message: StoredMessage, by: Ping['by'], names = false): void {
  const appended = message.stream?.text;
  const stream = [
    ...(appended ? [{ type: 'markdown', text: appended }] : []),
    ...(message.stream?.tasks ?? []).map(cardBlock),
  ];
  const text = appended ? '' : message.text;
  const pinged = pingedBy(text, [...message.blocks, ...stream], names);
  if (isNobody(pinged)) return;
  const { ts, channelId } = message;
  const before = context.pings.findLast((one) => one.ts === ts);
  if (before && JSON.stringify(pinged) === JSON.stringify(pick(before))) return;
  context.pings.push({ ...pinged, ts, channelId, by });
}

/** Slack calls a card's title plain text. Tokens in it count all the same, since nobody has tried them. */
function cardBlock({ title, sources }: Record<string, unknown>): Block {
  const labels = Array.isArray(sources) ? sources.map((source) => String(object(source)?.text)) : [];
  return { type: 'task_card', texts: [title, ...labels].map((text) => ({ type: 'mrkdwn', text })) };
}

function pick({ users, groups, broadcasts }: Ping) {
  return { users, groups, broadcasts };
}

export function tellChange(
  { events, settings }: Context,
  { workspace, channel }: Where,
  message: StoredMessage,
  previous: object,
): void {
  if (!channel.members.has(workspace.bot.userId)) return;
  const ts = newTs();
  const event = {
    type: 'message',
    subtype: 'message_changed',
    message: changedPayload(message, previous),
    ...(settings.previous && { previous_message: previous }),
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: channel.type,
  };
  events.emit(workspace, MESSAGES[channel.type].event, event, channel);

  function changedPayload(one: StoredMessage, before: { files?: unknown }) {
    const fields: Record<string, unknown> = { ...before, text: one.stream?.text || one.text };
    delete fields.blocks;
    delete fields.files;
    delete fields.attachments;
    return {
      ...fields,
      user: one.userId,
      ...(one.subtype ? { subtype: one.subtype } : {}),
      ...(one.blocks.length > 0 ? { blocks: one.blocks } : {}),
      ...(one.attachments.length > 0 ? { attachments: one.attachments } : {}),
      ...(before.files && one.subtype !== 'tombstone' ? { files: before.files } : {}),
      ...(one.edited ? { edited: one.edited } : {}),
      ...one.more,
      ...(one.stream ? { streaming_state: streamingState(one.stream) } : {}),
    };
  }
}

function tell(context: Context, { workspace, channel }: Where, message: StoredMessage, more: object): void {
  const { events, settings, world } = context;
  const bot = workspace.bot.userId;
  if (!channel.members.has(bot)) return;
  const payload = { ...messagePayload(world, message), ...more, channel: channel.id, event_ts: message.ts };
  const asMessage = () =>
    events.emit(workspace, MESSAGES[channel.type].event, { ...payload, channel_type: channel.type }, channel);
  const asMention = () => events.emit(workspace, 'app_mention', { ...payload, type: 'app_mention' }, channel);
  // Direct messages have no app_mention, even if they mention the bot.
  const direct = channel.type === 'im';
  const mentioned = !direct && !message.own && new RegExp(`<@${bot}(\\||>)`).test(message.text);
  if (mentioned && settings.first === 'app_mention') asMention();
  asMessage();
  if (mentioned && settings.first === 'message') asMention();
}

export function newClientMsgId(): string {
  return `${newId('').toLowerCase()}-0000-4000-8000-000000000000`;
}
