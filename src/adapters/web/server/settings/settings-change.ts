/** Reads a change of settings that the page asks for, by the same entries as the forms of `/settings`. */
import { refusalOf, type Setting } from '../../../../core/commands/setting.ts';
import type { ModelChooser } from '../../../../core/models/catalog/choose.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { ChoicesChange, TenantSettings } from '../../../../core/settings.ts';
import type { TenantId } from '../../../../core/types.ts';
import { fromServer } from '../../sentences/en.ts';
import type { settingsChange } from '../input.ts';
import { Refusal } from '../refusal.ts';
import { pageSettings, type SettingsViewOptions } from './settings-view.ts';

type Given = ReturnType<typeof settingsChange.parse>;

/**
 * The choices in a body. Fields that are no setting of the page are left out.
 * @throws Refusal 400 with the first thing that is wrong; 403 for a base URL where they are off
 */
export function choicesIn(given: Given, options: SettingsViewOptions): ChoicesChange {
  const { model, persona, baseUrl } = given;
  const change: ChoicesChange = {};
  if (options.baseUrlPolicy() === 'off') {
    if (typeof baseUrl === 'string')
      throw new Refusal(403, 'base-url-off', en.notices.baseUrlRefused('off', 'off'));
    // A base URL from before can still be taken back.
    if (baseUrl === null) change.baseUrl = null;
  }
  for (const setting of pageSettings(options)) {
    const value = Object.hasOwn(given, setting.id) ? given[setting.id] : undefined;
    if (value !== undefined) Object.assign(change, changeOf(setting, value));
  }
  return {
    ...change,
    ...(model !== undefined && { model }),
    ...(persona !== undefined && { persona }),
  };
}

function changeOf(setting: Setting, given: unknown): ChoicesChange {
  if (given === null) return { [setting.id]: null };
  const { label } = setting;
  if (typeof given !== 'string' && typeof given !== 'number')
    throw new Refusal(400, 'invalid', fromServer.refusals.body.wrongType(label));
  if (String(given).trim() === '')
    throw new Refusal(400, 'invalid', fromServer.refusals.body.emptySetting(label));
  const read = setting.read([String(given)]);
  if ('problem' in read) throw new Refusal(400, read.code ?? 'invalid', read.problem);
  return read.change;
}

/** @throws Refusal 403 if the operator pays with these settings, and does not offer a choice */
export function checkOffered(
  change: ChoicesChange,
  tenant: TenantId,
  own: TenantSettings,
  { models, ...options }: SettingsViewOptions & { models: ModelChooser },
): void {
  const { baseUrl: before, ...others } = own;
  // The base URL that is set along decides who pays.
  const baseUrl = change.baseUrl === undefined ? before : change.baseUrl;
  const offer = models.offerOf(tenant, { ...others, ...(typeof baseUrl === 'string' && { baseUrl }) });
  const { model } = change;
  if (offer && offer.models !== 'all' && typeof model === 'string' && !offer.models.includes(model))
    throw new Refusal(403, 'not-offered', en.notices.modelNotOffered(offer.models));
  for (const setting of pageSettings({ models, ...options })) {
    const refusal = refusalOf(setting, change, offer);
    if (refusal !== undefined) throw new Refusal(403, 'not-offered', refusal);
  }
}
