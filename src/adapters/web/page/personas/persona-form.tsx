import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PersonaView } from '../../api/personas.ts';
import { onPage } from '../../sentences/en.ts';
import { clean } from '../markdown/clean.ts';

const words = onPage.personas.form;

interface PersonaFormProps {
  persona: PersonaView;
  busy: boolean;
  save: (persona: PersonaView) => void;
  leave: () => void;
}

/** The name and the text of one persona. */
export function PersonaForm({ persona, busy, save, leave }: PersonaFormProps) {
  const [name, setName] = useState(persona.name);
  const [text, setText] = useState(persona.text);
  const first = useRef<HTMLInputElement>(null);
  const id = useId();
  useLayoutEffect(() => first.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    save({ id: persona.id, name: clean(name).trim().replace(/^\//, ''), text: clean(text).trim() });
  };
  return (
    <form class="setting persona-form" onSubmit={submit} noValidate>
      <label for={`${id}-name`}>{words.name}</label>
      <input
        id={`${id}-name`}
        ref={first}
        type="text"
        dir="auto"
        autocomplete="off"
        spellcheck={false}
        maxLength={33}
        aria-describedby={`${id}-hint`}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`}>
        {words.nameHint}
      </p>
      <label for={`${id}-text`}>{words.text}</label>
      <textarea
        id={`${id}-text`}
        rows={6}
        dir="auto"
        autocomplete="off"
        placeholder={words.placeholder}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="setting-foot">
        <button type="submit" class="small" disabled={busy}>
          {words.save}
        </button>
        <button type="button" class="small" onClick={leave}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
