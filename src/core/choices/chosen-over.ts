/** The choices of a conversation count in it in place of its person's settings. */

import { type NamedPersona, readOnce, type Settings, type TenantSettings } from '../settings.ts';
import type { Message } from '../types.ts';
import type { ConversationChoices } from './conversation-choices.ts';

/** The settings with which a message is answered. */
export function chosenOver(
  settings: TenantSettings,
  chosen: ConversationChoices | undefined,
): TenantSettings {
  if (!chosen) return settings;
  const { model, temperature, effort } = chosen;
  const persona = chosen.persona === undefined ? undefined : personaOf(settings, chosen.persona);
  return {
    ...settings,
    ...(model !== undefined && { model }),
    ...(temperature !== undefined && { temperature }),
    ...(effort !== undefined && { effort }),
    ...(persona && { persona: persona.text }),
  };
}

/** The persona of that id. The id may come from somebody else's conversation. */
export const personaOf = ({ personas = {} }: TenantSettings, id: string): NamedPersona | undefined =>
  Object.hasOwn(personas, id) ? personas[id] : undefined;

/** Reads the settings with which a message is answered, once. */
export const settingsOf = ({ tenant, chosen }: Message, settings: Pick<Settings, 'read'>) =>
  readOnce(async () => chosenOver(await settings.read(tenant), chosen));
