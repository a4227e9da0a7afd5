import { useEffect } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { Picture } from '../conversation/files/attached-file.tsx';
import { FileChip } from '../conversation/person-message.tsx';
import { dropFile, type PickedFile } from '../drafts/attachments.ts';
import { CloseIcon } from '../icons.tsx';
import { getState, setState, useStore } from '../state/state.ts';
import { uploadSoon } from './attaching/add-files.ts';
import { isPastedText, putBackAsText } from './attaching/paste.ts';
import { focusMessageBox } from './message-box.ts';

const words = onPage.composer.files;

export function FilesToSend() {
  const files = useStore((state) => state.files);
  // Files whose upload was under way when the page was left.
  useEffect(() => {
    const { id: conversation, visit } = getState().open;
    for (const file of files) if (!file.bytes && !file.uploaded) uploadSoon({ conversation, visit }, file);
  }, [files]);
  if (files.length === 0) return null;
  const remove = (file: PickedFile) => {
    dropFile(file);
    setState({ files: getState().files.filter((each) => each !== file) });
    focusMessageBox();
  };
  return (
    <ul class="attached" aria-label={words.name}>
      {files.map((file) => (
        <li key={file.key}>
          {file.preview ? <Picture url={file.preview} alt={file.name} /> : <FileChip name={file.name} />}
          {isPastedText(file) && (
            <button
              type="button"
              class="small as-text"
              aria-label={words.asTextOf(file.name)}
              title={words.asText}
              onClick={() => putBackAsText(file)}
            >
              {words.asText}
            </button>
          )}
          <button
            type="button"
            class="remove"
            aria-label={words.remove(file.name)}
            onClick={() => remove(file)}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
