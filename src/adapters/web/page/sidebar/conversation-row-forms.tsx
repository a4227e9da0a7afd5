import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { clean } from '../markdown/clean.ts';

const words = onPage.panel.row;

/** A form in place of the conversation's row, to change its title. An empty title changes nothing. */
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
      <input ref={input} aria-label={words.title} dir="auto" defaultValue={title} maxLength={120} />
      <button type="submit" class="small">
        {words.save}
      </button>
    </form>
  );
}

/** The question before deleting, shown instead of the item or of its buttons. */
export function ConfirmDelete(props: { question: ComponentChildren; keep: () => void; remove: () => void }) {
  return (
    <Question
      question={props.question}
      yes={words.delete}
      no={words.keep}
      leave={props.keep}
      go={props.remove}
    />
  );
}

interface QuestionProps {
  question: ComponentChildren;
  /** The words on the two buttons. */
  yes: string;
  no: string;
  leave: () => void;
  go: () => void;
}

/** A question before something that can't be undone. Escape means no. */
export function Question({ question, yes, no, leave, go }: QuestionProps) {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const leaveOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  };
  return (
    <fieldset class="confirm" onKeyDown={leaveOnEscape}>
      <legend>{question}</legend>
      <button type="button" class="small danger" ref={first} onClick={go}>
        {yes}
      </button>
      <button type="button" class="small" onClick={leave}>
        {no}
      </button>
    </fieldset>
  );
}
