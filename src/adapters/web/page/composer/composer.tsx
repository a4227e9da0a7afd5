import { onPage } from '../../sentences/en.ts';
import { editLast } from '../branches/own-message.tsx';
import { Elsewhere } from '../dms/elsewhere.tsx';
import { usePlatform } from '../dms/platform.ts';
import { SendIcon, StopIcon } from '../icons.tsx';
import { clean } from '../markdown/clean.ts';
import { takeNamed } from '../personas/choose-persona.ts';
import { ChosenPersona } from '../personas/chosen-persona.tsx';
import { usePersonaMenu } from '../personas/persona-menu.tsx';
import { dismiss } from '../state/problem.ts';
import { send } from '../state/send.ts';
import { setState, useStore } from '../state/state.ts';
import { stop } from '../state/turn-actions.ts';
import { liveTurn } from '../state/turns.ts';
import { AttachButton, CameraButton } from './attaching/attach-buttons.tsx';
import { takePasted } from './attaching/paste.ts';
import { DictateButton } from './dictation/dictate-button.tsx';
import { Dismissible } from './dismissible.tsx';
import { FilesToSend } from './files-to-send.tsx';
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
  const platform = usePlatform();
  const box = useMessageBox(draft);
  const onScreen = useOnScreenKeyboard();

  const dismissProblem = () => {
    dismiss();
    focusMessageBox();
  };
  const { menu, takeKey, seeCaret, attributes } = usePersonaMenu(draft);
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (ready) {
      takeNamed();
      send();
    }
    box.current?.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (takeKey(event)) return;
    if (event.key === 'ArrowUp' && draft === '' && !isComposing(event) && editLast()) event.preventDefault();
    if (event.key !== 'Enter' || isComposing(event)) return;
    const isChord = event.ctrlKey || event.metaKey;
    if (isChord || !(event.shiftKey || onScreen)) submit(event);
  };
  return (
    <form class="composer" onSubmit={submit}>
      {problem !== null && <Dismissible sentence={problem.sentence} dismiss={dismissProblem} />}
      <div class="composer-box">
        {menu}
        <FilesToSend />
        <ChosenPersona />
        <textarea
          id="message"
          ref={box}
          rows={1}
          dir="auto"
          aria-label={composer.MESSAGE}
          placeholder={platform === undefined ? composer.PLACEHOLDER : onPage.dms.placeholder(platform)}
          enterkeyhint={onScreen ? 'enter' : 'send'}
          autocomplete="off"
          value={draft}
          {...attributes}
          onInput={(event) => {
            takeTyped(event);
            seeCaret(event);
          }}
          onKeyDown={keyDown}
          onPaste={takePasted}
        />
        <div class="composer-foot">
          {platform === undefined ? <Tools onScreen={onScreen} /> : <Elsewhere platform={platform} />}
          {answering && <StopButton />}
          {(!answering || !empty) && <SendButton disabled={empty || !ready} />}
        </div>
      </div>
    </form>
  );
}

/** Buttons for files, speech and the model of a message. */
function Tools({ onScreen }: { onScreen: boolean }) {
  return (
    <>
      <AttachButton />
      {onScreen && <CameraButton />}
      <DictateButton />
      <ModelPicker />
    </>
  );
}

function SendButton({ disabled }: { disabled: boolean }) {
  return (
    <button type="submit" class="round" aria-label={composer.SEND} title={composer.SEND} disabled={disabled}>
      <SendIcon />
    </button>
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
