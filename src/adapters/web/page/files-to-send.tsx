import { dropFile, type PickedFile, pickFile } from './attachments.ts';
import { CloseIcon } from './icons.tsx';
import { focusMessageBox } from './message-box.ts';
import { FileChip } from './said.tsx';
import { getState, setState, useStore } from './state.ts';

/** Puts files beside the message that is being written; says of those it can't take why. */
export async function addFiles(picked: File[]): Promise<void> {
  const problems: string[] = [];
  setState({ problem: null });
  for (const file of picked) {
    const { files, limits } = getState();
    if (files.length >= limits.attachments) {
      problems.push(`A message can carry ${limits.attachments} files; the rest was left out.`);
      break;
    }
    const taken = await pickFile(file, limits);
    if (typeof taken === 'string') problems.push(taken);
    else setState({ files: [...getState().files, taken] });
  }
  if (problems.length > 0) setState({ problem: problems.join(' ') });
  focusMessageBox();
}

export function FilesToSend() {
  const files = useStore((state) => state.files);
  if (files.length === 0) return null;
  const remove = (file: PickedFile) => {
    dropFile(file);
    setState({ files: getState().files.filter((each) => each !== file) });
    focusMessageBox();
  };
  return (
    <ul class="attached" aria-label="Files to send">
      {files.map((file) => (
        <li key={file.key}>
          {file.preview ? <img src={file.preview} alt={file.name} /> : <FileChip name={file.name} />}
          <button
            type="button"
            class="remove"
            aria-label={`Remove ${file.name}`}
            onClick={() => remove(file)}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
