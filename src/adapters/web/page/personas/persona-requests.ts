import type { PersonaChange, PersonaView } from '../../api/personas.ts';
import type { SettingsView } from '../../api.ts';
import { call } from '../connection/server.ts';

/** The requests about personas. Every one throws `ServerError`. */
export const personaServer = {
  all: () => call<{ personas: PersonaView[] }>('GET', 'personas'),
  save: (id: string, persona: PersonaChange) =>
    call<SettingsView>('PUT', `personas/${encodeURIComponent(id)}`, persona),
  remove: (id: string) => call<SettingsView>('DELETE', `personas/${encodeURIComponent(id)}`),
};
