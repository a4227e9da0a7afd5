import { useState } from 'preact/hooks';
import type { PersonaName, PersonaView } from '../../api/personas.ts';
import { onPage } from '../../sentences/en.ts';
import { uuid } from '../connection/uuid.ts';
import { useSaving } from '../settings/saving.tsx';
import { ConfirmDelete } from '../sidebar/conversation-row-forms.tsx';
import { setState, useStore } from '../state/state.ts';
import { PersonaForm } from './persona-form.tsx';
import { personaServer } from './persona-requests.ts';

const words = onPage.personas;
const NONE: PersonaName[] = [];

/** All personas of the person, each to edit and to delete, and the form for one. */
export function PersonaList() {
  const personas = useStore((state) => state.settings?.personas ?? NONE);
  const [edited, setEdited] = useState<PersonaView | null>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const { attempt, busy, outcome } = useSaving();
  /** Reads the text anew: another window may have changed it. */
  const edit = (id: string) =>
    attempt(async () => {
      const found = (await personaServer.all()).personas.find((one) => one.id === id);
      if (found) setEdited(found);
      return '';
    });
  const save = (persona: PersonaView) =>
    attempt(async () => {
      setState({ settings: await personaServer.save(persona.id, persona) });
      setEdited(null);
      return words.SAVED;
    });
  const remove = (id: string) =>
    attempt(async () => {
      setDoomed(null);
      setState({ settings: await personaServer.remove(id) });
      return words.REMOVED;
    });
  return (
    <>
      {personas.length > 0 && (
        <ul class="personas">
          {personas.map((persona) => (
            <li key={persona.id}>
              {doomed === persona.id ? (
                <ConfirmDelete
                  question={<Doomed name={persona.name} />}
                  keep={() => setDoomed(null)}
                  remove={() => remove(persona.id)}
                />
              ) : (
                <Row persona={persona} edit={edit} askToDelete={setDoomed} />
              )}
            </li>
          ))}
        </ul>
      )}
      {edited ? (
        <PersonaForm key={edited.id} persona={edited} busy={busy} save={save} leave={() => setEdited(null)} />
      ) : (
        <div class="setting-foot">
          <button
            type="button"
            class="small"
            disabled={busy}
            onClick={() => setEdited({ id: uuid(), name: '', text: '' })}
          >
            {words.NEW}
          </button>
        </div>
      )}
      {outcome}
    </>
  );
}

interface RowProps {
  persona: PersonaName;
  edit: (id: string) => void;
  askToDelete: (id: string) => void;
}

function Row({ persona: { id, name }, edit, askToDelete }: RowProps) {
  return (
    <>
      <bdi>/{name}</bdi>
      <span class="persona-buttons">
        <button type="button" class="small" aria-label={words.edit.of(name)} onClick={() => edit(id)}>
          {words.edit.label}
        </button>
        <button
          type="button"
          class="small"
          aria-label={words.remove.of(name)}
          onClick={() => askToDelete(id)}
        >
          {words.remove.label}
        </button>
      </span>
    </>
  );
}

function Doomed({ name }: { name: string }) {
  const [before, after] = words.removeQuestion;
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}
