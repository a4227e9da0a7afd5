import { useRef } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import { ACCEPTED } from '../../drafts/attachments.ts';
import { CameraIcon, ClipIcon } from '../../icons.tsx';
import { addFiles } from './add-files.ts';

const words = onPage.composer.files;

export function AttachButton() {
  const input = useRef<HTMLInputElement>(null);
  const picked = async () => {
    if (!input.current) return;
    await addFiles([...(input.current.files ?? [])]);
    // An emptied input lets the person pick the same file again.
    input.current.value = '';
  };
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label={words.attach}
        title={words.attach}
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
      </button>
      <input type="file" ref={input} multiple hidden accept={ACCEPTED} onChange={picked} />
    </>
  );
}

/** Opens the camera of a phone. Desktop browsers would open another dialogue for files. */
export function CameraButton() {
  const camera = useRef<HTMLInputElement | null>(null);
  const open = () => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*';
    input.setAttribute('capture', 'environment');
    input.addEventListener('change', () => addFiles([...(input.files ?? [])]));
    // Some browsers drop an input that nobody holds.
    camera.current = input;
    input.click();
  };
  return (
    <button type="button" class="quiet" aria-label={words.photo} title={words.photo} onClick={open}>
      <CameraIcon />
    </button>
  );
}
