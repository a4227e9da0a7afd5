import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { onPage } from '../../sentences/en.ts';
import { useSaving } from '../settings/saving.tsx';

const words = onPage.personas;

/** The personas among the settings. Their list and its form are loaded when the settings are first open. */
export function PersonasSection() {
  const [List, setList] = useState<FunctionComponent | null>(null);
  const { attempt, outcome } = useSaving();
  useEffect(() => {
    void attempt(async () => {
      const { PersonaList } = await import('./persona-list.tsx');
      setList(() => PersonaList);
      return '';
    });
  }, []);
  return (
    <section aria-labelledby="settings-personas">
      <h3 id="settings-personas">{words.TITLE}</h3>
      <p class="hint">{words.HINT}</p>
      {List ? <List /> : outcome}
    </section>
  );
}
