/** Chooses a persona for the open conversation. */
import type { PersonaName } from '../../api/personas.ts';
import { onPage } from '../../sentences/en.ts';
import { choose } from '../composer/model/chosen.ts';
import { openPlatform } from '../dms/platform.ts';
import { announce, getState, type PageState, setState } from '../state/state.ts';
import { behindName, namedIn } from './slash.ts';

const words = onPage.personas;

/** The chosen persona. Undefined: there is none, or it was deleted. */
export const chosenPersona = ({ open, settings }: PageState): PersonaName | undefined =>
  settings?.personas.find(({ id }) => id === open.chosen.persona);

/** Chooses a persona, and takes its name out of the draft. */
export function takePersona({ id, name }: PersonaName): void {
  setState({ draft: behindName(getState().draft) });
  void choose({ persona: id });
  announce(words.chosen(name));
}

export function leavePersona({ name }: PersonaName): void {
  void choose({ persona: null });
  announce(words.left(name));
}

/** Takes the persona that the draft names at its beginning, before it is sent. Direct messages have commands instead. */
export function takeNamed(): void {
  const { draft, settings } = getState();
  if (openPlatform() !== undefined) return;
  const named = namedIn(draft, settings?.personas ?? []);
  if (named) takePersona(named);
}
