import { onPage } from '../../sentences/en.ts';
import { CloseIcon } from '../icons.tsx';

/** Shows a problem until the person has read it. */
export function Dismissible({ sentence, dismiss }: { sentence: string; dismiss: () => void }) {
  return (
    <div class="problem dismissible">
      <p role="alert">{sentence}</p>
      <button
        type="button"
        class="quiet"
        aria-label={onPage.composer.DISMISS}
        title={onPage.composer.DISMISS}
        onClick={dismiss}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
