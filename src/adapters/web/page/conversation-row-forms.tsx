import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { clean } from './clean.ts';

/** In place of a conversation's row: its title, to be written anew. An empty one stays as it was. */
export function Rename({ title, rename }: { title: string; rename: (title: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = clean(input.current?.value ?? '').trim();
    rename(wanted === '' ? title : wanted);
  };
  return (
    <form class="rename" onSubmit={submit}>
      <input ref={input} aria-label="Title" dir="auto" defaultValue={title} maxLength={120} />
      <button type="submit" class="small">
        Save
      </button>
    </form>
  );
}

/** The question before deleting, shown instead of the item or of its buttons. */
export function ConfirmDelete(props: { question: ComponentChildren; keep: () => void; remove: () => void }) {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const keepOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    props.keep();
  };
  return (
    <fieldset class="confirm" onKeyDown={keepOnEscape}>
      <legend>{props.question}</legend>
      <button type="button" class="small danger" ref={first} onClick={props.remove}>
        Delete
      </button>
      <button type="button" class="small" onClick={props.keep}>
        Keep
      </button>
    </fieldset>
  );
}
