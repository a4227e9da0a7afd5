/** The settings' part of the API: a person's key, model, persona and the other settings. */

import type { Hono } from 'hono';
import { VaultError } from '../../../../core/errors.ts';
import { listModels } from '../../../../core/models/catalog/catalog.ts';
import { ModelError } from '../../../../core/models/model.ts';
import type { Audit } from '../../../../core/reports/audit.ts';
import { createSaving, type Saved } from '../../../../core/saving.ts';
import { aboutLines } from '../../../../core/sentences/about.ts';
import { failureNotice } from '../../../../core/sentences/failure-notice.ts';
import type { PageReader, TenantId } from '../../../../core/types.ts';
import type { AboutView } from '../../api/about.ts';
import type { SettingsSaved, SettingsView } from '../../api.ts';
import { fromServer } from '../../sentences/en.ts';
import { PAGE_WORDS } from '../../vocabulary.ts';
import { newKey, readJson, settingsChange } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { checkOffered, choicesIn } from './settings-change.ts';
import { createSettingsView, type SettingsViewOptions } from './settings-view.ts';

export interface SettingsRoutesOptions extends SettingsViewOptions {
  audit: Audit;
  /** The kind of reader at the page, as its door stands now. */
  reader: (tenant: TenantId) => PageReader;
}

export function mountSettings(app: Hono<Env>, options: SettingsRoutesOptions, tools: RouteTools) {
  const view = createSettingsView(options);
  mountChanges(app, options, tools, view);
  mountModels(app, options, tools);
  app.get('/api/about', async (c) => {
    const { settings, models, about, reader } = options;
    const { tenant } = tools.session(c);
    const own = await settings.read(tenant);
    const lines = aboutLines(about, own, models.describe(tenant, own), reader(tenant), PAGE_WORDS);
    return c.json<AboutView>({ lines, isOperator: reader(tenant) === 'operator' });
  });
  return { view };
}

function mountChanges(
  app: Hono<Env>,
  options: SettingsRoutesOptions,
  { session, changed, jsonLimit }: RouteTools,
  view: (tenant: TenantId) => Promise<SettingsView>,
): void {
  const { settings, models, audit, reader } = options;
  const saving = createSaving(settings, models, PAGE_WORDS);
  const savedBy = (tenant: TenantId) => ({
    ...{ tenant, author: tenant, roles: [] },
    ...{ reader: reader(tenant), mayAsk: true },
  });

  app.patch('/api/settings', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const change = choicesIn(await readJson(c, settingsChange), options);
    checkOffered(change, tenant, await settings.read(tenant), options);
    const saved = await saving.choices(savedBy(tenant), change);
    // A refused model leaves the base URL that was saved before it.
    const fields = saved.isSaved ? Object.keys(change) : saved.earlier;
    if (fields) {
      audit('settings changed', { tenant, person: tenant, fields });
      changed(c, null);
    }
    const doubt = doubtIn(saved);
    return c.json<SettingsSaved>({ ...(await view(tenant)), ...warningOf(doubt) });
  });

  app.put('/api/settings/key', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { key } = await readJson(c, newKey);
    const own = await settings.read(tenant);
    const doubt = doubtIn(await saving.key(savedBy(tenant), own, key));
    audit('key set', { tenant, person: tenant, host: new URL(models.baseUrlOf(tenant, own)).host });
    changed(c, null);
    return c.json({ settings: await view(tenant), ...warningOf(doubt) });
  });

  app.delete('/api/settings/key', async (c) => {
    const { tenant } = session(c);
    const baseUrl = models.baseUrlOf(tenant, await settings.read(tenant));
    await settings.removeKey(tenant, baseUrl);
    audit('key removed', { tenant, person: tenant, host: new URL(baseUrl).host });
    changed(c, null);
    return c.json(await view(tenant));
  });
}

function mountModels(
  app: Hono<Env>,
  { settings, models, reader }: SettingsRoutesOptions,
  { session }: RouteTools,
): void {
  app.get('/api/models', async (c) => {
    const { tenant } = session(c);
    const offered = models.offerOf(tenant, await settings.read(tenant))?.models ?? 'all';
    if (offered !== 'all') return c.json({ models: offered });
    try {
      const { choice } = await models.choose(tenant);
      return c.json({ models: choice.provider ? await listModels(choice.provider) : [] });
    } catch (error) {
      if (error instanceof VaultError)
        throw new Refusal(409, 'vault', failureNotice({ kind: 'vault' }, undefined, toldIn(reader(tenant))));
      if (!(error instanceof ModelError)) throw error;
      const { kind } = error.failure;
      const { longModelList, noModelList } = fromServer.refusals.settings;
      throw new Refusal(502, kind, kind === 'too-large' ? longModelList : noModelList);
    }
  });
}

const toldIn = (reader: PageReader) => ({ reader, words: PAGE_WORDS });

/** The doubt about a saved change. @throws Refusal if it was not saved */
function doubtIn(saved: Saved): string | undefined {
  if (!saved.isSaved) throw new Refusal(422, saved.code, saved.problem);
  return saved.doubt;
}

function warningOf(doubt: string | undefined): { warning?: string } {
  return doubt === undefined ? {} : { warning: fromServer.refusals.settings.savedWithDoubt(doubt) };
}
