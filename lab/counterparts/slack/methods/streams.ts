/**
 * chat.startStream, chat.appendStream, chat.stopStream. Rules missing in Slack's pages are as others measured them.
 * A stream takes either Markdown or chunks for all its life, and closes some five minutes after its start. All its
 * calls together may hold some 10,600 bytes of UTF-8, whatever one call may hold (openclaw/openclaw #143882: 10,571
 * were accepted, 10,821 refused). Titles of cards count once, and their details and outputs twice (same place). Nobody
 * has measured ids and sources, so they count once here.
 */
import { list, needed, object, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { explained, SlackError } from '../api/errors.ts';
import { bytesOf, checkBlocks } from '../blocks/block-limits.ts';
import type { Context } from '../context.ts';
import { messagePayload } from '../world/message-payload.ts';
import { ping, post, remember, tellChange } from '../world/posting.ts';
import { isLive, sessionOf } from '../world/streams.ts';
import type { Block, StoredMessage, Stream } from '../world/world.ts';
import { metadataOf, threadOf } from './chat.ts';
import { channelOf, type Methods, messageOf, writable } from './method.ts';

/** Most bytes of a call: "limit this field to 12,000 characters". */
const CALL_MOST = 12_000;
/** Most bytes of a streamed message. */
const STREAM_MOST = 10_600;
/** Most characters of a card's texts ("title … up to 256 characters"; vercel/chat #886 measured that more is accepted). */
const TASK_TEXT_MOST = 256;
/** Most characters of a source's address, as of links in blocks (reference/block-kit). */
const SOURCE_URL_MOST = 3000;

export const streamMethods: Methods = {
  'chat.startStream': { scope: 'chat:write', handle: start },
  'chat.appendStream': {
    scope: 'chat:write',
    handle(context, call) {
      const { message, stream } = running(context, call);
      const given = piecesOf(call);
      if (given.mode === undefined || given.empty) throw new SlackError('no_text');
      checkChunks(context, given);
      checkRoom(stream, given);
      append(context, message, stream, given);
      stream.appends += 1;
      return { channel: message.channelId, ts: message.ts };
    },
  },
  'chat.stopStream': { scope: 'chat:write', handle: stop },
};

interface Pieces {
  mode: Stream['mode'];
  text: string;
  tasks: Record<string, unknown>[];
  blocks: Block[];
  empty: boolean;
}

function piecesOf({ args }: Call): Pieces {
  const markdown = text(args, 'markdown_text');
  const chunks = list(args, 'chunks', 'invalid_chunks');
  if (markdown !== undefined && chunks !== undefined) {
    throw new SlackError('cannot_provide_both_markdown_text_and_chunks');
  }
  const pieces: Pieces = {
    mode: chunks ? 'chunks' : markdown === undefined ? undefined : 'markdown',
    text: '',
    tasks: [],
    blocks: [],
    empty: chunks ? chunks.length === 0 : !markdown,
  };
  if (markdown !== undefined) addText(pieces, markdown);
  for (const chunk of chunks ?? []) addChunk(pieces, object(chunk) ?? {});
  return pieces;
}

function addText(pieces: Pieces, added: string): void {
  if (bytesOf(added) > CALL_MOST) throw new SlackError('msg_too_long');
  pieces.text += added;
}

function checkRoom(before: Pick<Stream, 'text' | 'tasks'>, { text: added, tasks }: Pieces): void {
  const cards = merged(before.tasks, tasks);
  const bytes = cards.reduce((sum, card) => sum + bytesOfCard(card), bytesOf(before.text) + bytesOf(added));
  if (bytes > STREAM_MOST) throw new SlackError('msg_too_long');
}

function bytesOfCard({
  id,
  title,
  details = '',
  output = '',
  sources = [],
}: Record<string, unknown>): number {
  const once = `${id}${title}${JSON.stringify(sources)}`;
  return bytesOf(once) + 2 * bytesOf(`${details}${output}`);
}

function addChunk(pieces: Pieces, chunk: Record<string, unknown>): void {
  switch (chunk.type) {
    case 'markdown_text':
      if (typeof chunk.text !== 'string') throw new SlackError('invalid_chunks');
      addText(pieces, chunk.text);
      break;
    case 'task_update':
      checkTask(chunk);
      pieces.tasks.push(chunk);
      break;
    case 'plan_update':
      if (typeof chunk.title !== 'string') throw new SlackError('invalid_chunks');
      break;
    case 'blocks':
      pieces.blocks.push(...checkBlocks(Array.isArray(chunk.blocks) ? chunk.blocks : [], 'message'));
      break;
    default:
      throw new SlackError('invalid_chunks');
  }
}

function checkTask(task: Record<string, unknown>): void {
  const { id, title, status, details, output, sources = [] } = task;
  const known = ['pending', 'in_progress', 'complete', 'error'].includes(String(status));
  if (!filled(id) || !filled(title) || !known) throw new SlackError('invalid_chunks');
  for (const one of [id, title, details, output]) {
    if (typeof one === 'string' && one.length > TASK_TEXT_MOST) throw new SlackError('msg_too_long');
  }
  if (!Array.isArray(sources)) throw new SlackError('invalid_chunks');
  for (const source of sources) checkSource(object(source) ?? {});
}

/** "Slack rejects a source without text" (slack-morphism, SlackStreamChunk). */
function checkSource({ type, url, text: label }: Record<string, unknown>): void {
  const isLink = typeof url === 'string' && /^https?:\/\//.test(url) && url.length <= SOURCE_URL_MOST;
  if (type !== 'url' || !isLink || !filled(label)) throw new SlackError('invalid_chunks');
}

const filled = (value: unknown) => typeof value === 'string' && value.trim() !== '';

function start(context: Context, call: Call): object {
  const { args, workspace } = call;
  const { settings } = context;
  if (settings.streaming !== 'allowed') throw new SlackError(settings.streaming);
  const where = writable(context, call);
  const { channel } = where;
  if (channel.type !== 'im') {
    if (!text(args, 'recipient_user_id')) throw new SlackError('missing_recipient_user_id');
    if (!text(args, 'recipient_team_id')) throw new SlackError('missing_recipient_team_id');
  }
  const recipient = text(args, 'recipient_user_id');
  if (recipient !== undefined && !workspace.users.has(recipient)) {
    throw explained('invalid_arguments', 'nobody has this id [json-pointer:/recipient_user_id]');
  }
  if (!['timeline', 'plan', undefined].includes(text(args, 'task_display_mode'))) {
    throw explained('invalid_arguments', 'unknown mode [json-pointer:/task_display_mode]');
  }
  const threadTs = threadOf(where, args);
  // "Omit it to stream a top-level message instead of a thread reply; this is only supported in channels."
  if (threadTs === undefined && channel.type !== 'channel' && channel.type !== 'group') {
    throw explained('invalid_arguments', 'missing required field: thread_ts');
  }
  const given = piecesOf(call);
  checkChunks(context, given);
  checkRoom({ text: '', tasks: [] }, given);
  const stream: Stream = {
    state: 'in_progress',
    mode: given.mode,
    startedAt: performance.now(),
    text: given.text,
    tasks: [],
    appends: 0,
  };
  const message = post(context, where, {
    userId: workspace.bot.userId,
    text: '',
    blocks: given.blocks,
    subtype: 'bot_message',
    threadTs,
    stream,
    unfurl: { links: false, media: false },
  });
  stream.tasks = merged([], given.tasks);
  ping(context, message, 'stream');
  if (threadTs !== undefined) sessionOf(context, channel.id, threadTs).status = 'processing';
  return { channel: channel.id, ts: message.ts };
}

/** The stream of the call, if it accepts more. */
function running(context: Context, call: Call): { message: StoredMessage; stream: Stream } {
  // chat.appendStream and chat.stopStream can fail with `is_archived`, `not_in_channel`,
  // `messages_tab_disabled`.
  const { channel } = writable(context, call);
  const message = messageOf(channel, needed(call.args, 'ts', 'message_not_found'));
  if (!message.own) throw new SlackError('message_not_owned_by_app');
  const { stream } = message;
  if (stream?.state === 'stopped') throw new SlackError('stopped_by_user');
  if (!stream || !isLive(context, stream)) throw new SlackError('message_not_in_streaming_state');
  return { message, stream };
}

function append(context: Context, message: StoredMessage, stream: Stream, given: Pieces): void {
  if (given.mode !== undefined && stream.mode !== undefined && given.mode !== stream.mode) {
    throw new SlackError('streaming_mode_mismatch');
  }
  stream.mode ??= given.mode;
  stream.text += given.text;
  stream.tasks = merged(stream.tasks, given.tasks);
  message.blocks = [...message.blocks, ...given.blocks];
  remember(message);
  ping(context, message, 'stream');
}

/** Workspaces and apps that take text alone, or no cards, as `settings.chunks` says. */
function checkChunks({ settings }: Context, { mode, tasks }: Pieces): void {
  const { chunks } = settings;
  if (chunks === undefined || mode !== 'chunks') return;
  if (chunks.refuses === 'all' || tasks.length > 0) throw new SlackError(chunks.error);
}

/**
 * Task updates, each merged with the card of its id: title and status are replaced, details, outputs and sources are
 * appended.
 */
function merged(before: Stream['tasks'], tasks: Record<string, unknown>[]): Stream['tasks'] {
  const cards = before.map((card) => ({ ...card }));
  for (const task of tasks) {
    const known = cards.find(({ id }) => id === task.id);
    if (known) Object.assign(known, task, appended(known, task));
    else cards.push({ ...task });
  }
  return cards;
}

function appended(known: Record<string, unknown>, task: Record<string, unknown>): Record<string, unknown> {
  const text = (key: string) => `${known[key] ?? ''}${task[key] ?? ''}`;
  const sources = [known.sources, task.sources].flatMap((one) => (Array.isArray(one) ? one : []));
  return {
    ...(text('details') && { details: text('details') }),
    ...(text('output') && { output: text('output') }),
    ...(sources.length > 0 && { sources }),
  };
}

function stop(context: Context, call: Call): object {
  const { args, workspace } = call;
  const { message, stream } = running(context, call);
  const given = piecesOf(call);
  const blocks = checkBlocks(list(args, 'blocks', 'invalid_blocks_format') ?? [], 'message');
  const status = text(args, 'session_status') ?? 'active';
  if (!['active', 'processing', 'suspended', 'closed'].includes(status))
    throw new SlackError('invalid_session_status');
  const metadata = metadataOf(args);
  checkChunks(context, given);
  checkRoom(stream, given);
  const previous = messagePayload(context.world, message);
  append(context, message, stream, { ...given, blocks: [...given.blocks, ...blocks] });
  stream.state = 'completed';
  message.text = stream.text;
  if (metadata !== undefined) message.metadata = metadata;
  if (message.threadTs !== undefined) sessionOf(context, message.channelId, message.threadTs).status = status;
  const channel = channelOf(call);
  tellChange(context, { workspace, channel }, message, previous);
  return { channel: channel.id, ts: message.ts, message: messagePayload(context.world, message) };
}
