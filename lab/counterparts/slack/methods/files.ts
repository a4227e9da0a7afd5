/** Files: their data, and their upload in three steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { count, list, needed, object, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { explained, SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { newId } from '../world/ids.ts';
import { filePayload } from '../world/message-payload.ts';
import { post } from '../world/posting.ts';
import type { StoredFile } from '../world/world.ts';
import { threadOf } from './chat.ts';
import { type Methods, writable } from './method.ts';

/** Most characters of `alt_txt` (docs.slack.dev: files.getUploadURLExternal). */
const ALT_MOST = 1000;

export const fileMethods: Methods = {
  'files.info': {
    scope: 'files:read',
    handle: ({ world }, call) => ({
      file: filePayload(world, fileOf({ world }, call)),
      comments: [],
      response_metadata: { next_cursor: '' },
    }),
  },
  'files.delete': {
    scope: 'files:write',
    handle({ world }, call) {
      const file = fileOf({ world }, call);
      if (file.userId !== call.workspace.bot.userId) throw new SlackError('cant_delete_file');
      file.mode = 'tombstone';
      world.uploads.delete(file.id);
      return {};
    },
  },
  'files.getUploadURLExternal': { scope: 'files:write', handle: uploadUrl },
  'files.completeUploadExternal': { scope: 'files:write', handle: complete },
};

function fileOf({ world }: Pick<Context, 'world'>, { args, workspace }: Call): StoredFile {
  const file = world.files.get(needed(args, 'file', 'file_not_found'));
  if (!file || file.workspaceId !== workspace.id) throw new SlackError('file_not_found');
  if (file.mode === 'tombstone') throw new SlackError('file_deleted');
  return file;
}

function uploadUrl({ world }: Context, { args, workspace }: Call): object {
  const name = needed(args, 'filename');
  const length = count(args, 'length', 0);
  if (length <= 0) throw explained('invalid_arguments', 'must be greater than 0 [json-pointer:/length]');
  const alt = text(args, 'alt_txt');
  if ((alt ?? '').length > ALT_MOST)
    throw explained(
      'invalid_arguments',
      `must be less than ${ALT_MOST + 1} characters [json-pointer:/alt_txt]`,
    );
  const file: StoredFile = {
    id: newId('F'),
    ...(alt === undefined ? {} : { alt }),
    workspaceId: workspace.id,
    userId: workspace.bot.userId,
    name,
    title: name,
    mimetype: 'application/octet-stream',
    contentType: undefined,
    bytes: new Uint8Array(),
    mode: text(args, 'snippet_type') === undefined ? 'hosted' : 'snippet',
    subtype: undefined,
    hidden: false,
    created: Math.floor(Date.now() / 1000),
    shares: [],
  };
  world.files.set(file.id, file);
  world.uploads.set(file.id, length);
  return { upload_url: `${world.origin}/upload/v1/${file.id}`, file_id: file.id };
}

function complete(context: Context, call: Call): object {
  const { args } = call;
  const given = list(args, 'files') ?? [];
  if (given.length === 0) throw explained('invalid_arguments', 'missing required field: files');
  const files = given.map((one) => {
    const { id, title } = object(one) ?? {};
    const file = fileOf(context, { ...call, args: { file: id } });
    // The file was not uploaded, or only in part.
    if (file.bytes.length !== context.world.uploads.get(file.id)) throw new SlackError('file_not_found');
    // Nothing tells that Slack takes a file twice.
    if (context.world.completed.has(file.id)) throw new SlackError('file_not_found');
    if (typeof title === 'string') file.title = title;
    return file;
  });
  for (const { id } of files) context.world.completed.add(id);
  const channel = text(args, 'channel_id') ?? text(args, 'channels');
  if (channel !== undefined) share(context, { ...call, args: { ...args, channel } }, files);
  return { files: files.map((file) => filePayload(context.world, file)) };
}

/** Shares the files in a message, which appears later than the response. */
function share(context: Context, call: Call, files: StoredFile[]): void {
  const where = writable(context, call);
  const posted = {
    userId: call.workspace.bot.userId,
    text: text(call.args, 'initial_comment') ?? '',
    threadTs: threadOf(where, call.args),
    subtype: 'file_share',
    files,
  };
  void sleep(context.settings.shareDelay, undefined, { ref: false }).then(() => post(context, where, posted));
}
