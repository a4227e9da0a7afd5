/** One file that Parley shares in a channel: uploaded, shared, found again, and deleted with its messages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ShowError } from '../../../../chat/answer/surface.ts';
import type { MadeFile } from '../../../../core/types.ts';
import { codeOf } from '../../api/error-codes.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { uploadTo } from './upload.ts';

type Client = Workspace['edits'];
type Complete = Parameters<Client['files']['completeUploadExternal']>[0];

/** Waits until a file appears, ms. Slack shares it after its reply (files.completeUploadExternal). */
const SHARED_WAITS_MS = [0, 300, 700, 1_500, 2_500];
/** Codes that mean a file or a message is not there (files.info, files.delete, chat.delete). */
const GONE = new Set<string | undefined>(['file_not_found', 'file_deleted', 'message_not_found']);

/** Uploads a file that nobody sees yet. Returns its id. @throws ShowError, or the error of Slack's client */
export async function uploadFile(client: Client, made: MadeFile, bytes: Uint8Array): Promise<string> {
  const { file_id: file, upload_url: url } = await client.files.getUploadURLExternal({
    filename: made.name,
    length: bytes.length,
    // Slack: 1,000 characters at most. The library calls it otherwise (files.getUploadURLExternal).
    ...({ alt_txt: made.alt } as object),
  });
  if (file === undefined || url === undefined) throw new ShowError('again');
  await uploadTo(url, bytes);
  return file;
}

/** Shares an uploaded file as a message. Slack takes each file once. @throws the error of Slack's client */
export async function shareFile(
  client: Client,
  { id, title }: { id: string; title: string },
  { channel, thread }: { channel: string; thread: string | undefined },
): Promise<void> {
  const where = { channel_id: channel, ...(thread !== undefined && { thread_ts: thread }) };
  await client.files.completeUploadExternal({ files: [{ id, title }], ...where } as Complete);
}

/** Whether a file is shared there, maybe in a moment. @throws the error of Slack's client */
export async function isSharedSoon(client: Client, file: string, channel: string): Promise<boolean> {
  for (const wait of SHARED_WAITS_MS) {
    await sleep(wait);
    const messages = await messagesOf(client, file, channel);
    if (!messages || messages.length > 0) return messages !== undefined;
  }
  return false;
}

/**
 * Deletes a file with its messages: of a deleted file, Slack would leave a line there. It has no effect if the file is gone.
 * @throws the error of Slack's client
 */
export async function deleteFile(client: Client, file: string, channel: string): Promise<void> {
  const messages = await messagesOf(client, file, channel);
  if (!messages) return;
  for (const ts of messages) await client.chat.delete({ channel, ts }).catch(unlessGone);
  await client.files.delete({ file }).catch(unlessGone);
}

/**
 * The messages that share the file in a channel. Empty: it was uploaded at most, or Slack is about to share it. Undefined:
 * it is gone.
 * @throws the error of Slack's client
 */
async function messagesOf(client: Client, file: string, channel: string): Promise<string[] | undefined> {
  try {
    const { public: open = {}, private: closed = {} } =
      (await client.files.info({ file })).file?.shares ?? {};
    return [...(open[channel] ?? []), ...(closed[channel] ?? [])].flatMap(({ ts }) => ts ?? []);
  } catch (error) {
    unlessGone(error);
    return undefined;
  }
}

function unlessGone(error: unknown): void {
  if (!GONE.has(codeOf(error))) throw error;
}
