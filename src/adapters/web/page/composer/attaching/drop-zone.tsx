import { useEffect, useState } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import { ClipIcon } from '../../icons.tsx';
import { addFiles } from './add-files.ts';

/** Takes files that are dropped anywhere on the page, and shows so while they are dragged over it. */
export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      // The pointer left the window, not only one of its elements.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      addFiles([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragenter: drag, dragover: drag, dragleave: leave, drop } as const;
    document.addEventListener('dragenter', listeners.dragenter);
    document.addEventListener('dragover', listeners.dragover);
    document.addEventListener('dragleave', listeners.dragleave);
    document.addEventListener('drop', listeners.drop);
    return () => {
      document.removeEventListener('dragenter', listeners.dragenter);
      document.removeEventListener('dragover', listeners.dragover);
      document.removeEventListener('dragleave', listeners.dragleave);
      document.removeEventListener('drop', listeners.drop);
    };
  }, []);
  if (!over) return null;
  return (
    <div class="drop-zone">
      <p>
        <ClipIcon /> {onPage.composer.files.drop}
      </p>
    </div>
  );
}

/** An open dialogue takes no files. */
function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return (dataTransfer?.types.includes('Files') ?? false) && document.querySelector('dialog[open]') === null;
}
