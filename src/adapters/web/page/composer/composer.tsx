import { useRef } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { ACCEPTED } from '../drafts/attachments.ts';
import { ClipIcon, SendIcon, StopIcon } from '../icons.tsx';
import { clean } from '../markdown/clean.ts';
import { dismiss } from '../state/problem.ts';
import { send } from '../state/send.ts';
import { setState, useStore } from '../state/state.ts';
import { stop } from '../state/turn-actions.ts';
import { liveTurn } from '../state/turns.ts';
import { Dismissible } from './dismissible.tsx';
import { addFiles, FilesToSend } from './files-to-send.tsx';
import { isComposing } from './keys.ts';
import { focusMessageBox, useMessageBox } from './message-box.ts';
import { ModelPicker } from './model/model-picker.tsx';
import { useOnScreenKeyboard } from './on-screen-keyboard.ts';

const { composer } = onPage;

type TypedEvent = Pick<InputEvent, 'isComposing'> & { currentTarget: HTMLTextAreaElement };

/** The message box and its buttons. */
export function Composer() {
  const draft = useStore((state) => state.draft);
  const problem = useStore((state) => state.problem);
  const empty = useStore((state) => state.draft.trim() === '' && state.files.length === 0);
  const answering = useStore((state) => state.open.turns.some((turn) => turn.live));
  const ready = useStore((state) => state.stage === 'ready');
  const box = useMessageBox(draft);
  const onScreen = useOnScreenKeyboard();

  const dismissProblem = () => {
    dismiss();
    focusMessageBox();
  };
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (ready) send();
    box.current?.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || isComposing(event)) return;
    const isChord = event.ctrlKey || event.metaKey;
    if (isChord || !(event.shiftKey || onScreen)) submit(event);
  };
  return (
    <form class="composer" onSubmit={submit} onDragOver={allowDrop} onDrop={takeDropped}>
      {problem !== null && <Dismissible sentence={problem.sentence} dismiss={dismissProblem} />}
      <div class="composer-box">
        <FilesToSend />
        <textarea
          id="message"
          ref={box}
          rows={1}
          dir="auto"
          aria-label={composer.MESSAGE}
          placeholder={composer.PLACEHOLDER}
          enterkeyhint={onScreen ? 'enter' : 'send'}
          autocomplete="off"
          value={draft}
          onInput={takeTyped}
          onKeyDown={keyDown}
          onPaste={takePasted}
        />
        <div class="composer-foot">
          <AttachButton />
          <ModelPicker />
          {answering && <StopButton />}
          {(!answering || !empty) && (
            <button
              type="submit"
              class="round"
              aria-label={composer.SEND}
              title={composer.SEND}
              disabled={empty || !ready}
            >
              <SendIcon />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

function StopButton() {
  const stopping = useStore(({ stopping, open }) => stopping === liveTurn(open.turns)?.id);
  const press = () => {
    stop();
    focusMessageBox();
  };
  return (
    <button
      type="button"
      class="round"
      aria-label={composer.STOP}
      title={composer.STOP}
      disabled={stopping}
      onClick={press}
    >
      <StopIcon />
    </button>
  );
}

function AttachButton() {
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
        aria-label={composer.files.attach}
        title={composer.files.attach}
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
      </button>
      <input type="file" ref={input} multiple hidden accept={ACCEPTED} onChange={picked} />
    </>
  );
}

function allowDrop(event: DragEvent) {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
}

function takeDropped(event: DragEvent) {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  addFiles([...event.dataTransfer.files]);
}

/** Pasted text may come with a picture of itself, for example from a spreadsheet. Then the text is taken. */
function takePasted(event: ClipboardEvent) {
  const { clipboardData } = event;
  if (!clipboardData) return;
  if (clipboardData.types.includes('text/plain')) {
    const text = clipboardData.getData('text/plain');
    const cleaned = clean(text);
    if (cleaned === text) return;
    event.preventDefault();
    // People can undo an `insertText`. They cannot undo a new value.
    document.execCommand('insertText', false, cleaned);
  } else if (clipboardData.files.length > 0) {
    event.preventDefault();
    addFiles([...clipboardData.files]);
  }
}

/** Cleans text that was dropped or that another program inserted, the same way as pasted text. */
function takeTyped({ currentTarget: box, isComposing }: TypedEvent) {
  const { value, selectionStart } = box;
  const cleaned = isComposing ? value : clean(value);
  if (cleaned !== value) {
    const caret = clean(value.slice(0, selectionStart)).length;
    box.value = cleaned;
    box.setSelectionRange(caret, caret);
  }
  setState({ draft: cleaned });
}
