import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TurnView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { isComposing } from '../composer/keys.ts';
import { clean } from '../markdown/clean.ts';
import { setState } from '../state/state.ts';
import { edit } from './branch-actions.ts';

const words = onPage.branches;

/** Texts of messages that somebody began to edit, by turn. They are there when editing goes on. */
const begun = new Map<string, string>();

interface EditFormProps {
  turn: TurnView;
  /** Editing is over. `sent`: another message is there now. */
  leave: (sent: boolean) => void;
}

/** A message as a form. Escape leaves it, with the text kept. */
export function EditForm({ turn, leave }: EditFormProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(begun.get(turn.id) ?? turn.text);
  const [sending, setSending] = useState(false);
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(text.length, text.length);
  }, []);
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [text]);
  const isEmpty = clean(text).trim() === '' && turn.attachments.length === 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isEmpty || sending) return;
    setSending(true);
    const isSent = await edit(turn, clean(text).trim());
    setSending(false);
    if (!isSent) return;
    begun.delete(turn.id);
    leave(true);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) submit(event);
    else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      leave(false);
    }
  };
  return (
    <form class="edit-form" onSubmit={submit} onKeyDown={keyDown}>
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        aria-label={words.name}
        value={text}
        onInput={({ currentTarget }) => {
          begun.set(turn.id, currentTarget.value);
          setText(currentTarget.value);
          setState({ problem: null });
        }}
      />
      <div class="edit-buttons">
        <button type="button" class="small" onClick={() => leave(false)}>
          {words.cancel}
        </button>
        <button type="submit" class="primary small" disabled={isEmpty || sending}>
          {words.send}
        </button>
      </div>
    </form>
  );
}
