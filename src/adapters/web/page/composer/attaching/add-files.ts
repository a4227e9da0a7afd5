import { onPage } from '../../../sentences/en.ts';
import { ServerError } from '../../connection/server.ts';
import { openPlatform } from '../../dms/platform.ts';
import { dropFile, type PickedFile, pickFile, upload } from '../../drafts/attachments.ts';
import { changeDraft } from '../../drafts/drafts.ts';
import { problemOf } from '../../state/problem.ts';
import { getState, setState } from '../../state/state.ts';
import { focusMessageBox } from '../message-box.ts';

const words = onPage.composer.files;

/** Adds files to the message that is being written. For a file that cannot be added, the person reads the reason. */
export async function addFiles(picked: File[]): Promise<void> {
  const platform = openPlatform();
  if (platform !== undefined) return setState({ problem: { sentence: onPage.dms.noFiles(platform) } });
  const problems: string[] = [];
  const { id: conversation, visit } = getState().open;
  setState({ problem: null });
  for (const file of picked) {
    const { limits } = getState();
    const taken = await pickFile(file, limits);
    if (typeof taken === 'string') {
      problems.push(taken);
      continue;
    }
    let isFull = false;
    changeDraft({ conversation, visit }, (draft) => {
      isFull = draft.files.length >= limits.attachments;
      return isFull ? draft : { ...draft, files: [...draft.files, taken] };
    });
    if (isFull) {
      dropFile(taken);
      problems.push(words.tooMany(limits.attachments));
      break;
    }
    uploadSoon({ conversation, visit }, taken);
  }
  if (problems.length > 0) setState({ problem: { sentence: problems.join(' ') } });
  focusMessageBox();
}

/** Uploads a file at once, so that it survives a reload. If the server cannot be reached, sending tries again. */
export async function uploadSoon(
  place: { conversation: string | null; visit: string },
  file: PickedFile,
): Promise<void> {
  const change = (files: (before: PickedFile[]) => PickedFile[]) =>
    changeDraft(place, (draft) => ({ ...draft, files: files(draft.files) }));
  try {
    await upload(place.conversation ?? place.visit, file);
    // A new list of the same files, so that they are saved again.
    change((files) => [...files]);
  } catch (error) {
    if (error instanceof ServerError && error.isPassing) return;
    // Sending reports problems of files that are being sent.
    if (getState().outgoing.some(({ files }) => files.includes(file))) return;
    change((files) => files.filter((each) => each !== file));
    const problem = problemOf(error);
    setState({
      problem: { ...problem, sentence: words.problemWith(file.name, problem.sentence) },
    });
  }
}
