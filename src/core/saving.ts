/**
 * Saves a key, a base URL or a model, the same on every platform. Each is tried first, and the person reads the
 * result. A refused key and an unknown model are not saved. A base URL is saved all the same, since its server may be
 * down or slow just now. The person reads at once that it does not answer.
 */

import type { Choice, ModelChooser, TrialBy } from './models/catalog/choose.ts';
import type { Failure, FailureKind } from './models/model.ts';
import { en } from './sentences/en.ts';
import { failureNotice, type Told } from './sentences/failure-notice.ts';
import type { ChoicesChange, Settings, TenantSettings } from './settings.ts';
import type { Reader, TenantId } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The outcome of saving, with a sentence for the person. */
export type Saved =
  | { isSaved: true; own: TenantSettings; choice: Choice; doubt?: string }
  /** `code` tells programs the reason. `earlier`: choices of the same change that were saved before it. */
  | { isSaved: false; code: FailureKind; problem: string; earlier?: (keyof ChoicesChange)[] };

export interface SavedBy extends TrialBy {
  tenant: TenantId;
  reader: Reader;
  /** Whether they may ask the model. A person who may not costs the operator nothing here either. */
  mayAsk: boolean;
}

export interface Saving {
  /** @param own the settings for which the key was typed: it is stored for their base URL */
  key(by: SavedBy, own: TenantSettings, key: string): Promise<Saved>;
  baseUrl(by: SavedBy, baseUrl: string | null): Promise<Saved>;
  model(by: SavedBy, model: string | null): Promise<Saved>;
  /** Saves several choices in turn. It stops at the first one that cannot be saved. */
  choices(by: SavedBy, change: ChoicesChange): Promise<Saved>;
}

/** For each choice, the failures after which it is not saved. */
const WRONG = {
  key: new Set<FailureKind>(['key']),
  'base URL': new Set<FailureKind>(),
  model: new Set<FailureKind>(['not-found', 'forbidden']),
};

/** Failures that leave open whether the provider accepts the key. */
const UNPROVEN = new Set<FailureKind>([
  'unreachable',
  'private-address',
  'not-an-api',
  'not-found',
  'loading',
  'server',
  'cut',
]);

export function createSaving(settings: Settings, models: ModelChooser, words: Vocabulary): Saving {
  /** @param wanted the settings as they are to become */
  async function save(
    of: keyof typeof WRONG,
    { by, wanted, key }: { by: SavedBy; wanted: TenantSettings; key?: string },
    keep: () => Promise<TenantSettings>,
  ): Promise<Saved> {
    const { tenant, author, roles, reader, mayAsk } = by;
    const told = { reader, words };
    const { choice, failure } = await models.tryOut(tenant, wanted, {
      of,
      reader,
      mayAsk,
      ...{ author, roles },
      ...(key !== undefined && { key }),
    });
    if (failure && WRONG[of].has(failure.kind))
      return { isSaved: false, code: failure.kind, problem: whyNot(of, failure, choice, told) };
    const own = await keep();
    return { isSaved: true, own, choice, ...(failure && { doubt: doubtOf(of, failure, choice, told) }) };
  }

  async function saveBaseUrl(by: SavedBy, baseUrl: string | null): Promise<Saved> {
    const { tenant } = by;
    const wanted = withChoice(await settings.read(tenant), 'baseUrl', baseUrl);
    const keep = () => settings.change(tenant, { baseUrl });
    if (baseUrl === null) return kept(tenant, await keep());
    return save('base URL', { by, wanted }, keep);
  }

  async function saveModel(by: SavedBy, model: string | null): Promise<Saved> {
    const { tenant } = by;
    const wanted = withChoice(await settings.read(tenant), 'model', model);
    const keep = () => settings.change(tenant, { model });
    if (model === null) return kept(tenant, await keep());
    return save('model', { by, wanted }, keep);
  }

  return {
    key(by, own, key) {
      const { tenant } = by;
      const baseUrl = models.baseUrlOf(tenant, own);
      const wanted = { ...own, keys: { ...own.keys, [baseUrl]: { last4: '' } } };
      return save('key', { by, wanted, key }, () => settings.setKey(tenant, baseUrl, key));
    },
    baseUrl: saveBaseUrl,
    model: saveModel,
    async choices(by, { baseUrl, model, ...others }) {
      // The base URL comes first: it decides which server is asked for the model.
      const savedUrl = baseUrl === undefined ? undefined : await saveBaseUrl(by, baseUrl);
      if (savedUrl?.isSaved === false) return savedUrl;
      const savedModel = model === undefined ? undefined : await saveModel(by, model);
      if (savedModel?.isSaved === false) return { ...savedModel, ...(savedUrl && { earlier: ['baseUrl'] }) };
      const doubts = [savedUrl?.doubt, savedModel?.doubt].filter((doubt) => doubt !== undefined);
      const all = kept(by.tenant, await settings.change(by.tenant, others));
      return { ...all, ...(doubts.length > 0 && { doubt: doubts.join(' ') }) };
    },
  };

  /** There was nothing to try, such as for a model that Parley comes with. */
  function kept(tenant: TenantId, own: TenantSettings): Saved & { isSaved: true } {
    return { isSaved: true, own, choice: models.describe(tenant, own) };
  }
}

function withChoice(own: TenantSettings, field: 'baseUrl' | 'model', value: string | null): TenantSettings {
  const { [field]: _, ...others } = own;
  return value === null ? others : { ...others, [field]: value };
}

function whyNot(of: keyof typeof WRONG, failure: Failure, choice: Choice, told: Told): string {
  if (of !== 'key') return en.settings.saving.notSaved(failureNotice(failure, choice, told));
  return en.settings.saving.keyRefused(hostOf(choice));
}

function doubtOf(of: keyof typeof WRONG, failure: Failure, choice: Choice, told: Told): string {
  if (failure.kind === 'late') return en.settings.saving.slow(hostOf(choice));
  const isUnproven = of === 'key' && UNPROVEN.has(failure.kind);
  const notice = failureNotice(failure, choice, told);
  return isUnproven ? en.settings.saving.unproven(notice) : en.settings.saving.doubt(notice);
}

const hostOf = ({ provider }: Choice) =>
  provider ? new URL(provider.baseUrl).host : en.settings.saving.unknownHost;
