/** The files of a conversation's messages, whichever of its branches they belong to. */
import type { Attachments, Transcripts } from '../../../../core/storage.ts';
import type { Attachment, ConversationId } from '../../../../core/types.ts';

export interface BranchFilesOptions {
  attachments: Attachments;
  transcripts: Transcripts;
}

type Found = Awaited<ReturnType<Attachments['get']>>;

/** A file of the trunk, or of any branch: the newest first. */
export async function fileInAny(
  { attachments, transcripts }: BranchFilesOptions,
  trunk: ConversationId,
  id: string,
): Promise<Found> {
  const file = await attachments.get(trunk, id);
  if (file) return file;
  const branches = (await transcripts.branches(trunk)).map(({ conversation }) => conversation);
  if (branches.length === 0) return undefined;
  const keeper = await attachments.keeper(branches.reverse(), id);
  return keeper === undefined ? undefined : attachments.get(keeper, id);
}

/**
 * Gives a branch the files of a message: each belongs to one conversation, and goes with it. Files that are not there
 * are left out.
 */
export async function bringFiles(
  options: BranchFilesOptions,
  trunk: ConversationId,
  branch: ConversationId,
  ids: string[],
): Promise<Attachment[]> {
  const { attachments } = options;
  const there = await attachments.find(branch, ids);
  if (branch === trunk) return there;
  for (const id of ids) {
    if (there.some((one) => one.id === id)) continue;
    const file = await fileInAny(options, trunk, id);
    if (file) await attachments.put(branch, file.attachment, file.bytes);
  }
  return attachments.find(branch, ids);
}
