/** The side panel's part of the API: a person's key, base URL, model and persona. */
import type { Hono } from 'hono';
import { VaultError } from '../../../core/errors.ts';
import { type BaseUrlPolicy, checkBaseUrl } from '../../../core/models/base-url.ts';
import { listModels } from '../../../core/models/catalog/catalog.ts';
import type { ModelChooser } from '../../../core/models/catalog/choose.ts';
import { ModelError } from '../../../core/models/model.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { createSaving, type Saved } from '../../../core/saving.ts';
import { type AboutFacts, aboutLines } from '../../../core/sentences/about.ts';
import { failureNotice } from '../../../core/sentences/failure-notice.ts';
import { baseUrlNotice, notOfferedNotice } from '../../../core/sentences/notices.ts';
import type { Settings } from '../../../core/settings.ts';
import type { PageReader, TenantId } from '../../../core/types.ts';
import type { AboutView, SettingsSaved, SettingsView } from '../api.ts';
import { newKey, readJson, settingsChange } from './input.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './route-tools.ts';

export interface SettingsRoutesOptions {
  settings: Settings;
  models: ModelChooser;
  /** Of the page, as its door stands now. */
  baseUrlPolicy: () => BaseUrlPolicy;
  audit: Audit;
  about: AboutFacts;
  /** Who is at the page, as its door stands now. */
  reader: () => PageReader;
}

export function mountSettings(
  app: Hono<Env>,
  { settings, models, baseUrlPolicy, audit, about, reader }: SettingsRoutesOptions,
  { session, changed, jsonLimit }: RouteTools,
) {
  async function view(tenant: TenantId): Promise<SettingsView> {
    const own = await settings.read(tenant);
    const { source, model, provider } = models.describe(tenant, own);
    const offered = models.offerOf(tenant, own)?.models ?? 'all';
    return {
      // One that is chosen and not offered is not in use.
      model: own.model === model || offered === 'all' ? (own.model ?? null) : null,
      offered: offered === 'all' ? null : offered,
      baseUrl: own.baseUrl ?? null,
      persona: own.persona ?? '',
      whenBusy: own.whenBusy ?? 'wait',
      key: own.keys[models.baseUrlOf(tenant, own)] ?? null,
      mayChangeBaseUrl: baseUrlPolicy() !== 'off',
      using: { source, model, baseUrl: provider?.baseUrl ?? null, hasKey: provider?.key !== undefined },
    };
  }

  function checkedBaseUrl(given: string): string {
    const checked = checkBaseUrl(given, baseUrlPolicy());
    if ('baseUrl' in checked) return checked.baseUrl;
    const isOff = checked.problem === 'off';
    throw new Refusal(
      isOff ? 403 : 400,
      isOff ? 'base-url-off' : 'base-url',
      baseUrlNotice(checked.problem, baseUrlPolicy()),
    );
  }

  /**
   * @param baseUrl the one that is set along with the model
   * @throws Refusal where the operator pays, and does not offer the model
   */
  async function checkOffered(
    tenant: TenantId,
    model: string,
    baseUrl: string | null | undefined,
  ): Promise<void> {
    const { baseUrl: before, ...own } = await settings.read(tenant);
    const next = baseUrl === undefined ? before : baseUrl;
    const offer = models.offerOf(tenant, { ...own, ...(typeof next === 'string' && { baseUrl: next }) });
    if (offer && offer.models !== 'all' && !offer.models.includes(model))
      throw new Refusal(403, 'not-offered', notOfferedNotice(offer.models));
  }

  const saving = createSaving(settings, models);

  app.patch('/api/settings', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { baseUrl, model, ...change } = await readJson(c, settingsChange);
    const address = typeof baseUrl === 'string' ? checkedBaseUrl(baseUrl) : baseUrl;
    if (typeof model === 'string') await checkOffered(tenant, model, address);
    const doubts: (string | undefined)[] = [];
    // The base URL first: it decides who is asked for the model.
    if (address !== undefined)
      doubts.push(doubtIn(await saving.baseUrl({ tenant, reader: reader(), mayAsk: true }, address)));
    if (model !== undefined)
      doubts.push(doubtIn(await saving.model({ tenant, reader: reader(), mayAsk: true }, model)));
    await settings.change(tenant, change);
    const fields = Object.entries({ baseUrl, model, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    );
    audit('settings changed', { tenant, person: tenant, fields });
    changed(c, null);
    return c.json<SettingsSaved>({ ...(await view(tenant)), ...warningOf(doubts) });
  });

  app.put('/api/settings/key', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { key } = await readJson(c, newKey);
    const own = await settings.read(tenant);
    const doubt = doubtIn(await saving.key({ tenant, reader: reader(), mayAsk: true }, own, key));
    audit('key set', { tenant, person: tenant, host: new URL(models.baseUrlOf(tenant, own)).host });
    changed(c, null);
    return c.json({ settings: await view(tenant), ...warningOf([doubt]) });
  });

  app.delete('/api/settings/key', async (c) => {
    const { tenant } = session(c);
    const baseUrl = models.baseUrlOf(tenant, await settings.read(tenant));
    await settings.removeKey(tenant, baseUrl);
    audit('key removed', { tenant, person: tenant, host: new URL(baseUrl).host });
    changed(c, null);
    return c.json(await view(tenant));
  });

  app.get('/api/about', async (c) => {
    const { tenant } = session(c);
    const own = await settings.read(tenant);
    const lines = aboutLines(about, own, models.describe(tenant, own), reader());
    return c.json<AboutView>({ lines });
  });

  app.get('/api/models', async (c) => {
    const { tenant } = session(c);
    const offered = models.offerOf(tenant, await settings.read(tenant))?.models ?? 'all';
    if (offered !== 'all') return c.json({ models: offered });
    try {
      const { choice } = await models.choose(tenant);
      return c.json({ models: choice.provider ? await listModels(choice.provider) : [] });
    } catch (error) {
      if (error instanceof VaultError)
        throw new Refusal(409, 'vault', failureNotice({ kind: 'vault' }, undefined, reader()));
      if (!(error instanceof ModelError)) throw error;
      const { kind } = error.failure;
      const what =
        kind === 'too-large'
          ? "The provider's list of models is too long"
          : 'The provider does not list its models';
      throw new Refusal(502, kind, `${what}. Type the name of one.`);
    }
  });

  return { view };
}

/** @throws Refusal where it was not saved */
function doubtIn(saved: Saved): string | undefined {
  if (!saved.isSaved) throw new Refusal(422, saved.code, saved.problem);
  return saved.doubt;
}

function warningOf(doubts: (string | undefined)[]): { warning?: string } {
  const said = doubts.filter((doubt) => doubt !== undefined);
  return said.length > 0 ? { warning: `Saved. ${said.join(' ')}` } : {};
}
