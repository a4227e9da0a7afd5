/** chat.postMessage, chat.update, chat.delete, chat.postEphemeral. */
import { type Args, flag, json, list, needed, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { explained, SlackError } from '../api/errors.ts';
import { bytesOf, checkBlocks, MARKDOWN_MOST } from '../blocks/block-limits.ts';
import type { Context } from '../context.ts';
import { messagePayload } from '../world/message-payload.ts';
import { change, ping, post, remove, type Where } from '../world/posting.ts';
import { isLive } from '../world/streams.ts';
import type { Block } from '../world/world.ts';
import { channelOf, type Methods, messageOf, writable } from './method.ts';

/**
 * Most bytes of a text. chat.update: "text cannot exceed 4,000 characters". Posts used to be cut at 40,000, and are
 * now refused at the same length as updates (seratch/ChatGPT-in-Slack #102).
 */
const TEXT_MOST = 4000;

export const chatMethods: Methods = {
  'chat.postMessage': { scope: 'chat:write', handle: postMessage },
  'chat.postEphemeral': { scope: 'chat:write', handle: postEphemeral },
  'chat.update': { scope: 'chat:write', handle: update },
  'chat.delete': {
    scope: 'chat:write',
    handle(context, call) {
      const channel = channelOf(call);
      const message = messageOf(channel, needed(call.args, 'ts', 'message_not_found'));
      if (!message.own) throw new SlackError('cant_delete_message');
      remove(context, { workspace: call.workspace, channel }, message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    handle(_, call) {
      const channel = channelOf(call);
      const { ts } = messageOf(channel, needed(call.args, 'message_ts', 'message_not_found'));
      const permalink = `https://${call.workspace.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`;
      return { channel: channel.id, permalink };
    },
  },
};

interface Content {
  text: string;
  blocks: Block[];
  attachments: unknown[];
  metadata: unknown;
}

export function contentOf(args: Args): Content {
  const markdown = text(args, 'markdown_text');
  const given = list(args, 'blocks', 'invalid_blocks_format');
  const plain = text(args, 'text') ?? '';
  if (markdown !== undefined && (plain !== '' || given !== undefined)) {
    throw new SlackError('markdown_text_conflict');
  }
  if (markdown !== undefined && bytesOf(markdown) > MARKDOWN_MOST) throw new SlackError('msg_too_long');
  if (bytesOf(plain) > TEXT_MOST) throw new SlackError('msg_too_long');
  const attachments = list(args, 'attachments', 'invalid_attachments') ?? [];
  const blocks = checkBlocks(given ?? (markdown ? [{ type: 'markdown', text: markdown }] : []), 'message');
  const written = markdown ?? plain;
  if (written.trim() === '' && blocks.length === 0 && attachments.length === 0)
    throw new SlackError('no_text');
  return {
    text: written,
    blocks,
    attachments,
    metadata: metadataOf(args),
  };
}

export function metadataOf(args: Args): unknown {
  const metadata = json(args, 'metadata', 'invalid_metadata_format');
  if (metadata === undefined) return undefined;
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    !('event_type' in metadata && 'event_payload' in metadata)
  ) {
    throw new SlackError('invalid_metadata_format');
  }
  if (JSON.stringify(metadata).length > 8000) throw new SlackError('metadata_too_large');
  return metadata;
}

/** The parent that a reply belongs to. */
export function threadOf({ channel }: Where, args: Args): string | undefined {
  const ts = text(args, 'thread_ts');
  if (!ts) return undefined;
  const parent = channel.messages.get(ts);
  if (!parent) throw explained('invalid_arguments', 'thread_ts is no message here [json-pointer:/thread_ts]');
  // Slack would put the reply elsewhere: "avoid using a reply's ts value; use its parent instead".
  if (parent.threadTs !== undefined) throw new SlackError('cannot_reply_to_message');
  return ts;
}

function namesLinked(args: Args): boolean {
  return flag(args, 'link_names') === true || text(args, 'parse') === 'full';
}

function postMessage(context: Context, call: Call): object {
  const { args, workspace } = call;
  const where = writable(context, call);
  const content = contentOf(args);
  const threadTs = threadOf(where, args);
  const broadcast = threadTs !== undefined && flag(args, 'reply_broadcast') === true;
  const message = post(
    context,
    where,
    {
      ...content,
      userId: workspace.bot.userId,
      threadTs,
      broadcast,
      subtype: broadcast ? 'thread_broadcast' : undefined,
      username: text(args, 'username'),
      // Defaults: text links are unfurled only for people, media always.
      unfurl: { links: flag(args, 'unfurl_links') ?? false, media: flag(args, 'unfurl_media') ?? true },
    },
    { names: namesLinked(args) },
  );
  return {
    channel: where.channel.id,
    ts: message.ts,
    message: messagePayload(context.world, message),
  };
}

function postEphemeral(context: Context, call: Call): object {
  const { args, workspace } = call;
  const where = writable(context, call);
  const user = needed(args, 'user', 'user_not_in_channel');
  if (!where.channel.members.has(user)) throw new SlackError('user_not_in_channel');
  const content = contentOf(args);
  const message = post(
    context,
    where,
    { ...content, userId: workspace.bot.userId, threadTs: threadOf(where, args), ephemeralTo: user },
    { names: namesLinked(args) },
  );
  return { message_ts: message.ts };
}

function update(context: Context, call: Call): object {
  const { args, workspace } = call;
  const channel = channelOf(call);
  const message = messageOf(channel, needed(args, 'ts', 'message_not_found'));
  if (!message.own || message.subtype === 'tombstone') throw new SlackError('cant_update_message');
  if (message.stream && isLive(context, message.stream)) throw new SlackError('streaming_state_conflict');
  if (channel.archived) throw new SlackError('is_archived');
  const { metadata, ...content } = contentOf(args);
  // An update with blocks shows no "(edited)". A text alone removes the blocks, and task cards are removed.
  const hidden = content.blocks.length > 0;
  const changed = {
    ...content,
    ...(metadata === undefined ? {} : { metadata }),
    ...(message.stream ? { stream: { ...message.stream, text: '', tasks: [] } } : {}),
  };
  change(context, { workspace, channel }, message, changed, { by: workspace.bot.userId, hidden });
  ping(context, message, 'update', namesLinked(args));
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messagePayload(context.world, message),
    ...(hidden ? {} : { response_metadata: { warnings: [] } }),
  };
}
