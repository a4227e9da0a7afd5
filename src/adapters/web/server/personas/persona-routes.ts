/** The API for personas of a person's own, which they choose for one conversation by `/name`. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Audit } from '../../../../core/reports/audit.ts';
import { en } from '../../../../core/sentences/en.ts';
import { MOST_PERSONAS, type Settings, type TenantSettings } from '../../../../core/settings.ts';
import { persona, personaName } from '../../../../core/settings-fields.ts';
import type { TenantId } from '../../../../core/types.ts';
import type { PersonaView } from '../../api/personas.ts';
import type { SettingsView } from '../../api.ts';
import { fromServer } from '../../sentences/en.ts';
import { readJson } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';

const { body, personas: refusals } = fromServer.refusals;

export interface PersonaRoutesOptions {
  settings: Settings;
  audit: Audit;
}

const personaChange = z.object(
  {
    name: personaName,
    text: persona.refine((text) => text.trim() !== '', en.settings.problems.noPersona),
  },
  body.wrongForm,
);

const isId = (id: string) => z.uuid().safeParse(id).success;

export function mountPersonas(
  app: Hono<Env>,
  { settings, audit }: PersonaRoutesOptions,
  { session, changed, jsonLimit }: RouteTools,
  view: (tenant: TenantId) => Promise<SettingsView>,
): void {
  const changedBy = (tenant: TenantId) =>
    audit('settings changed', { tenant, person: tenant, fields: ['personas'] });

  app.get('/api/personas', async (c) => {
    const { personas = {} } = await settings.read(session(c).tenant);
    const all = Object.entries(personas).map(([id, named]): PersonaView => ({ id, ...named }));
    return c.json({ personas: all.sort((a, b) => a.name.localeCompare(b.name)) });
  });

  app.put('/api/personas/:id', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const id = c.req.param('id');
    if (!isId(id)) throw new Refusal(400, 'invalid', body.wrongForm);
    const wanted = await readJson(c, personaChange);
    if (hasOther(await settings.read(tenant), id, wanted.name))
      throw new Refusal(409, 'name-taken', refusals.nameTaken(wanted.name));
    const { personas = {} } = await settings.change(tenant, { personas: { [id]: wanted } });
    if (!Object.hasOwn(personas, id))
      throw new Refusal(409, 'too-many-personas', refusals.tooMany(MOST_PERSONAS));
    changedBy(tenant);
    changed(c, null);
    return c.json<SettingsView>(await view(tenant));
  });

  app.delete('/api/personas/:id', async (c) => {
    const { tenant } = session(c);
    await settings.change(tenant, { personas: { [c.req.param('id')]: null } });
    changedBy(tenant);
    changed(c, null);
    return c.json<SettingsView>(await view(tenant));
  });
}

/** Whether another persona has that name, in whichever case. */
function hasOther({ personas = {} }: TenantSettings, id: string, name: string): boolean {
  const wanted = name.toLowerCase();
  return Object.entries(personas).some(
    ([other, named]) => other !== id && named.name.toLowerCase() === wanted,
  );
}
