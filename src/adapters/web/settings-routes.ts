/** The side panel's part of the API: a person's key, base URL, model and persona. */
import type { Hono } from 'hono';
import type { Audit } from '../../core/audit.ts';
import { type BaseUrlPolicy, checkBaseUrl } from '../../core/models/base-url.ts';
import { checkKey, listModels } from '../../core/models/catalog.ts';
import type { ModelChooser } from '../../core/models/choose.ts';
import { ModelError } from '../../core/models/model.ts';
import { baseUrlNotice, failureNotice, notOfferedNotice } from '../../core/notices.ts';
import { type Settings, VaultError } from '../../core/ports.ts';
import type { TenantId } from '../../core/types.ts';
import type { SettingsView } from './api.ts';
import { newKey, readJson, settingsChange } from './input.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './routes.ts';

export interface SettingsRoutesOptions {
  settings: Settings;
  models: ModelChooser;
  /** Of the page, as its door stands now. */
  baseUrlPolicy: () => BaseUrlPolicy;
  audit: Audit;
}

export function mountSettings(
  app: Hono<Env>,
  { settings, models, baseUrlPolicy, audit }: SettingsRoutesOptions,
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

  app.patch('/api/settings', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { baseUrl: given, ...change } = await readJson(c, settingsChange);
    const baseUrl = typeof given === 'string' ? checkedBaseUrl(given) : given;
    if (typeof change.model === 'string') await checkOffered(tenant, change.model, baseUrl);
    await settings.change(tenant, { ...change, baseUrl });
    const fields = Object.entries({ baseUrl, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    );
    audit('settings changed', { tenant, person: tenant, fields });
    changed(c, null);
    return c.json(await view(tenant));
  });

  app.put('/api/settings/key', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { key } = await readJson(c, newKey);
    const baseUrl = models.baseUrlOf(tenant, await settings.read(tenant));
    const saved = await settings.setKey(tenant, baseUrl, key);
    audit('key set', { tenant, person: tenant, host: new URL(baseUrl).host });
    const { provider, ...choice } = models.describe(tenant, saved);
    const failure = provider ? await checkKey({ ...provider, key }) : undefined;
    changed(c, null);
    const warning = failure && `Saved, but: ${failureNotice(failure, { ...choice, provider })}`;
    return c.json({ settings: await view(tenant), ...(warning && { warning }) });
  });

  app.delete('/api/settings/key', async (c) => {
    const { tenant } = session(c);
    const baseUrl = models.baseUrlOf(tenant, await settings.read(tenant));
    await settings.removeKey(tenant, baseUrl);
    audit('key removed', { tenant, person: tenant, host: new URL(baseUrl).host });
    changed(c, null);
    return c.json(await view(tenant));
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
        throw new Refusal(409, 'vault', failureNotice({ kind: 'vault' }, undefined));
      if (!(error instanceof ModelError)) throw error;
      throw new Refusal(
        502,
        error.failure.kind,
        'The provider does not list its models. Type the name of one.',
      );
    }
  });

  return { view };
}
