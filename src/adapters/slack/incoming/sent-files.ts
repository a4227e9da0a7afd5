/** The files of a Slack message, with the addresses to fetch them from. */

import type { QuestionFile } from '../../../chat/inbox/question.ts';
import { MOST_FILES } from '../../../chat/incoming-files.ts';
import type { Origin } from '../../../core/types.ts';
import type { QuotedFile } from '../reading/earlier-messages.ts';
import { sharedOrigin } from '../reading/reading.ts';
import type { SlackFile, SlackMessage } from '../reading/slack-message.ts';
import { visibleIn } from '../reading/visible.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

/** Files with their addresses, without duplicates. */
export async function sentFiles(files: QuotedFile[], workspace: Workspace): Promise<QuestionFile[]> {
  const unique = new Map<string | undefined, QuotedFile>();
  for (const one of files) if (!unique.has(one.file.id)) unique.set(one.file.id, one);
  const sent = [...unique.values()].map(({ file, origin }) => sentFile(file, origin, workspace));
  return (await Promise.all(sent)).filter((file) => file !== undefined);
}

/** The first files, as many as Parley reads of one message. */
export const firstFiles = (files: QuotedFile[]): QuotedFile[] => files.slice(0, MOST_FILES);

/** Slack sends files of other workspaces without their address, so that Parley asks for it. */
async function sentFile(
  file: SlackFile,
  origin: Origin | undefined,
  { edits }: Workspace,
): Promise<QuestionFile | undefined> {
  let known: SlackFile | undefined = file;
  if (file.file_access === 'check_file_info' && file.id) {
    known = await edits.files.info({ file: file.id }).then(
      (info) => info.file as SlackFile | undefined,
      // Without an address, the model hears that the file cannot be read.
      () => file,
    );
  }
  const { id, name, size = 0, mimetype = '', url_private, url_private_download, mode } = known ?? {};
  const url = url_private_download ?? url_private;
  if (!id || mode === 'tombstone') return undefined;
  return { id, name: name ?? 'file', size, type: mimetype, url: url ?? '', origin };
}

/** The files of a message, and of the messages that it shares. @param origin of the message's own files */
export function quotedFilesIn(message: SlackMessage, origin: Origin | undefined): QuotedFile[] {
  const { files: own, shared } = visibleIn(message);
  const quoted = shared.flatMap(({ files: copies, ...one }) =>
    copies.map((file) => ({ file, origin: sharedOrigin(one) })),
  );
  return [...own.map((file) => ({ file, ...(origin && { origin }) })), ...quoted];
}
