import { useRef } from 'preact/hooks';
import { CONTINUE_PROMPT } from '../../../../core/sentences/prompts.ts';
import type { TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { focusMessageBox } from '../composer/message-box.ts';
import { MessageTime } from '../conversation/message-time.tsx';
import { Said } from '../conversation/person-message.tsx';
import { openPlatform, usePlatform } from '../dms/platform.ts';
import { PencilIcon } from '../icons.tsx';
import { getState, setState, useStore } from '../state/state.ts';
import { EditForm } from './edit-form.tsx';
import { Versions } from './versions.tsx';

const words = onPage.branches;

/** A message that was sent, with its versions. It can be edited once it is answered. */
export function OwnMessage({ turn, conversation }: { turn: TurnView; conversation: string }) {
  const editing = useStore((state) => state.editing === turn.id);
  const platform = usePlatform();
  const button = useRef<HTMLButtonElement>(null);
  const leave = (sent: boolean) => {
    setState({ editing: null });
    if (sent) focusMessageBox();
    else setTimeout(() => (button.current ?? document.getElementById('message'))?.focus());
  };
  if (editing) return <EditForm turn={turn} leave={leave} />;
  return (
    <div class="own-message">
      <Said text={turn.text} attachments={turn.attachments} conversation={conversation} id={turn.id} />
      <div class="own-foot">
        <MessageTime at={turn.at} />
        {turn.versions && !turn.versions.areAnswers && <Versions versions={turn.versions} seq={turn.seq} />}
        {platform === undefined && isEditable(turn) && (
          <button
            type="button"
            class="quiet"
            aria-label={words.edit}
            title={words.edit}
            ref={button}
            onClick={() => setState({ editing: turn.id })}
          >
            <PencilIcon />
          </button>
        )}
      </div>
    </div>
  );
}

const isEditable = ({ live, text }: TurnView) => !live && text !== CONTINUE_PROMPT;

/** Edits the last message that can be edited. False: there is none. */
export function editLast(): boolean {
  const last = openPlatform() === undefined ? getState().open.turns.findLast(isEditable) : undefined;
  if (last) setState({ editing: last.id });
  return last !== undefined;
}
