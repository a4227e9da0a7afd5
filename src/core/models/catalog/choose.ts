/**
 * Chooses the model that answers for a tenant: by the tenant's own settings, then by the operator's, then the
 * built-in demo where it may answer. Otherwise there is none.
 */
import type { Settings, TenantSettings } from '../../settings.ts';
import type { Reader, TenantId } from '../../types.ts';
import { type BaseUrlPolicy, isOpenAI, OPENAI_BASE_URL } from '../base-url.ts';
import { createDemoModel } from '../demo.ts';
import { type Failure, type Meter, type Model, ModelError, type Tuning, UNMETERED } from '../model.ts';
import { createOpenAIModel } from '../openai.ts';
import type { Provider } from '../provider.ts';
import { type Transcriber, transcriberAt } from '../transcribe.ts';
import { type OperatorOffer, offers } from './operator-offer.ts';
import { type TrialOptions, tryOut, withoutInternals } from './trial.ts';

/** The operator's default. */
export interface ModelDefaults {
  key?: string;
  baseUrl: string;
  model: string;
  /** `auto`: Responses for OpenAI itself, Chat Completions for everything else. */
  api: 'auto' | 'responses' | 'chat';
  firstChunkMs: number;
  stallMs: number;
  /** The model that transcribes voice messages. */
  transcriptionModel: string;
  /** The model that writes titles at the operator's server. Absent: nobody asks for one. */
  titleModel?: string;
  /** Whether the built-in demo answers this tenant where nobody set a key. */
  demo: (tenant: TenantId) => boolean;
  /** The choices of a tenant for which the operator pays; absent: all. */
  offer?: (tenant: TenantId) => OperatorOffer;
  /** Whether the operator's key and server answer this tenant. Absent: they answer all. */
  paysFor?: (tenant: TenantId) => boolean;
  /** Runs a trial with a meter. Absent: nothing is charged. */
  metered?: <T>(
    by: TrialBy & { tenant: TenantId },
    own: TenantSettings,
    choice: Choice,
    task: (meter: Meter) => Promise<T>,
  ) => Promise<T>;
  /** Counts a trial that the operator pays for, and says whether it may be made now; absent: always. */
  mayTry?: (tenant: TenantId) => Promise<boolean>;
  /** Whether this tenant may set a base URL, and of which kind. */
  baseUrlPolicy: (tenant: TenantId) => BaseUrlPolicy;
}

export interface Choice {
  /** `none`: nobody set a key for the provider, which wants one. */
  source: 'demo' | 'operator' | 'own' | 'none';
  model: string;
  /** Null: the built-in demo. */
  provider: Provider | null;
  /** The API with which the provider is asked. Absent: nobody is asked. */
  api?: 'responses' | 'chat';
  /** The choices where the operator pays; absent: all. */
  offer?: OperatorOffer;
}

export interface Chosen {
  model: Model;
  choice: Choice;
  persona: string;
  /** Absent where no model can transcribe audio. */
  transcriber?: Transcriber;
}

/** The person who tries settings, at whose cost a trial is. */
export interface TrialBy {
  /** The platform's id. */
  author: string;
  /** The platform's ids of their roles that have a limit. */
  roles: string[];
}

export interface Tried {
  choice: Choice;
  /** Absent where the model answers, or where there is no model to ask. */
  failure?: Failure;
}

export interface ModelChooser {
  /**
   * @param settings the tenant's settings, if they were read already
   * @param use `title`: the model that writes titles. At a server of the tenant's own, that is the tenant's model
   * @throws ModelError `no-key` where there is none to answer with
   * @throws VaultError when the tenant's key is stored but cannot be opened
   */
  choose(tenant: TenantId, settings?: TenantSettings, use?: 'title'): Promise<Chosen>;
  /** As `choose`, for showing: it opens no key. */
  describe(tenant: TenantId, settings: TenantSettings): Choice;
  /** The choices that the operator offers with these settings. Undefined, for all, where the operator does not pay. */
  offerOf(tenant: TenantId, settings: TenantSettings): OperatorOffer | undefined;
  /**
   * Tries what these settings lead to, before they are kept.
   * @param key one that is not stored yet
   */
  tryOut(
    tenant: TenantId,
    own: TenantSettings,
    trial: TrialBy & { of: TrialOptions['of']; reader: Reader; mayAsk: boolean; key?: string },
  ): Promise<Tried>;
  /** The base URL and model of these settings, whether or not there is a key for them. */
  baseUrlOf(tenant: TenantId, settings: TenantSettings): string;
}

export function createModelChooser(settings: Settings, defaults: ModelDefaults): ModelChooser {
  const demo = createDemoModel();
  const { firstChunkMs, stallMs, transcriptionModel } = defaults;
  const { baseUrlOf, pick } = createPicker(defaults, demo.name);

  const describe = (tenant: TenantId, own: TenantSettings) =>
    pick(tenant, own, own.keys[baseUrlOf(tenant, own)] ? 'stored' : undefined);

  const modelOf = (own: TenantSettings, { model, offer, api = 'chat' }: Choice, provider: Provider) =>
    createOpenAIModel({
      provider,
      model,
      api,
      tuning: tuningOf((offer?.effort ?? true) ? own : withoutEffort(own)),
      firstChunkMs,
      stallMs,
    });

  return {
    baseUrlOf,
    describe,
    offerOf: (tenant, own) => describe(tenant, own).offer,
    async tryOut(tenant, own, { of, author, roles, reader, mayAsk, key }) {
      const baseUrl = baseUrlOf(tenant, own);
      const ownKey = key ?? (own.keys[baseUrl] && (await settings.key(tenant, baseUrl)));
      const choice = pick(tenant, own, ownKey);
      const { provider, source } = choice;
      if (!provider || source === 'none') return { choice };
      const isAtOthersCost = source === 'operator' && reader !== 'operator';
      if (isAtOthersCost && !(mayAsk && ((await defaults.mayTry?.(tenant)) ?? true))) return { choice };
      const model = modelOf(own, choice, provider);
      const attempt = (meter: Meter) => tryOut({ provider, model, of, meter });
      const { metered } = defaults;
      const failure = await (metered
        ? metered({ tenant, author, roles }, own, choice, attempt)
        : attempt(UNMETERED));
      if (!failure) return { choice };
      const isOperators = reader === 'operator' || baseUrl === defaults.baseUrl;
      return { choice, failure: isOperators ? failure : await withoutInternals(failure, provider) };
    },
    async choose(tenant, known, use) {
      const own = known ?? (await settings.read(tenant));
      const baseUrl = baseUrlOf(tenant, own);
      const ownKey = own.keys[baseUrl] && (await settings.key(tenant, baseUrl));
      const picked = pick(tenant, own, ownKey);
      const choice = use === 'title' ? forTitles(picked, defaults) : picked;
      if (choice.source === 'none') throw new ModelError({ kind: 'no-key' });
      const persona = own.persona ?? '';
      if (!choice.provider) return { model: demo, choice, persona };
      const { provider } = choice;
      return {
        model: modelOf(use === 'title' ? { ...own, ...FOR_TITLES } : own, choice, provider),
        choice,
        persona,
        transcriber: transcriberAt(provider, transcriptionModel),
      };
    },
  };
}

/** Picks a tenant's provider and model by its settings and its own key. */
function createPicker(defaults: ModelDefaults, demoName: string) {
  const baseUrlOf = (tenant: TenantId, own: TenantSettings) =>
    (defaults.baseUrlPolicy(tenant) === 'off' ? undefined : own.baseUrl) ?? defaults.baseUrl;

  function pick(tenant: TenantId, own: TenantSettings, ownKey: string | undefined): Choice {
    const baseUrl = baseUrlOf(tenant, own);
    const isOperators = baseUrl === defaults.baseUrl;
    const isPaidFor = defaults.paysFor?.(tenant) ?? true;
    if (ownKey === undefined && isOperators && !isPaidFor)
      return { source: 'none', model: own.model ?? defaults.model, provider: { baseUrl } };
    // The operator's key is sent to the operator's base URL alone.
    const key = ownKey ?? (isOperators ? defaults.key : undefined);
    if (key === undefined && baseUrl === OPENAI_BASE_URL) {
      if (defaults.demo(tenant)) return { source: 'demo', model: demoName, provider: null };
      return { source: 'none', model: own.model ?? defaults.model, provider: { baseUrl } };
    }
    const publicOnly = !isOperators && defaults.baseUrlPolicy(tenant) === 'public';
    const source = ownKey !== undefined || !isOperators ? 'own' : 'operator';
    const offer = source === 'operator' ? defaults.offer?.(tenant) : undefined;
    // A model that the operator no longer offers is replaced by the operator's model.
    const chosen = own.model ?? defaults.model;
    const provider = { baseUrl, ...(key !== undefined && { key }), ...(publicOnly && { publicOnly }) };
    return {
      source,
      model: !offer || offers(offer, chosen) ? chosen : defaults.model,
      provider,
      api: apiOf(provider, defaults),
      ...(offer && { offer }),
    };
  }

  return { baseUrlOf, pick };
}

/** A title takes no thought, and is none of the person's choices. */
const FOR_TITLES: Tuning = { effort: 'minimal' };

function forTitles({ offer: _, ...choice }: Choice, { titleModel, baseUrl }: ModelDefaults): Choice {
  const isOperators = choice.provider?.baseUrl === baseUrl;
  return isOperators && titleModel !== undefined ? { ...choice, model: titleModel } : choice;
}

export function withoutEffort<S extends Pick<TenantSettings, 'effort'>>({ effort: _, ...rest }: S) {
  return rest;
}

function tuningOf({ temperature, effort }: Pick<TenantSettings, 'temperature' | 'effort'>): Tuning {
  return { ...(temperature !== undefined && { temperature }), ...(effort && { effort }) };
}

/** OPENAI_API is about the operator's server. A tenant's server is judged by its address. */
function apiOf(provider: Provider, { api, baseUrl }: ModelDefaults): 'responses' | 'chat' {
  if (api !== 'auto' && provider.baseUrl === baseUrl) return api;
  return isOpenAI(provider.baseUrl) ? 'responses' : 'chat';
}
