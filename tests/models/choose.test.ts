import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answers, repliesJson, startModelServer } from '../../lab/counterparts/model-server.ts';
import { type BaseUrlPolicy, OPENAI_BASE_URL } from '../../src/core/models/base-url.ts';
import { type Choice, createModelChooser, type ModelDefaults } from '../../src/core/models/catalog/choose.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import type { Settings, TenantSettings } from '../../src/core/settings.ts';
import { ask } from './ask.ts';
import { resolveTo } from './resolver.ts';

const OPERATOR_KEY = 'sk-operator';
const OTHER = 'https://models.example.org/v1';
const OLLAMA = 'http://localhost:11434/v1';

interface Own extends Omit<TenantSettings, 'keys'> {
  /** By base URL. */
  keys?: Record<string, string>;
}

function defaultsWith(defaults: Partial<ModelDefaults> = {}): ModelDefaults {
  return {
    baseUrl: OPENAI_BASE_URL,
    model: 'operators-model',
    api: 'auto',
    firstChunkMs: 20_000,
    stallMs: 20_000,
    transcriptionModel: 'scribe',
    demo: (tenant) => tenant.startsWith('web:'),
    baseUrlPolicy: () => 'any',
    ...defaults,
  };
}

/** Settings that hold these tenants and are only read. */
function settingsOf(tenants: Record<string, Own>): Settings {
  const readOnly = () => Promise.reject(new Error('nobody changes settings here'));
  return {
    async read(tenant) {
      const { keys = {}, ...own } = tenants[tenant] ?? {};
      const shown = Object.entries(keys).map(([url, key]) => [url, { last4: key.slice(-4) }]);
      return { ...own, keys: Object.fromEntries(shown) };
    },
    key: async (tenant, baseUrl) => tenants[tenant]?.keys?.[baseUrl],
    change: readOnly,
    setKey: readOnly,
    removeKey: readOnly,
    forget: readOnly,
  };
}

async function choose(own: Own, defaults: Partial<ModelDefaults> = {}): Promise<Omit<Choice, 'api'>> {
  const settings = settingsOf({ 'web:a': own });
  const chooser = createModelChooser(settings, defaultsWith(defaults));
  const { api: _, ...choice } = (await chooser.choose('web:a')).choice;
  const { api: __, ...described } = chooser.describe('web:a', await settings.read('web:a'));
  expect(withoutKey(described)).toEqual(withoutKey(choice));
  expect(chooser.baseUrlOf('web:a', await settings.read('web:a'))).toBe(
    choice.provider?.baseUrl ?? OPENAI_BASE_URL,
  );
  return choice;
}

describe('who answers', () => {
  it('the demo, where nobody set a key', async () => {
    expect(await choose({})).toEqual({ source: 'demo', model: 'demo', provider: null });
    expect(await choose({ model: 'gpt-6-luna' })).toMatchObject({ source: 'demo', model: 'demo' });
  });

  it('nobody, where nobody set a key and the demo is not to be had', async () => {
    const chooser = createModelChooser(settingsOf({ 'discord:b': { model: 'm' } }), defaultsWith());
    await expect(chooser.choose('discord:b')).rejects.toMatchObject({ failure: { kind: 'no-key' } });
    expect(chooser.describe('discord:b', { model: 'm', keys: {} })).toEqual({
      source: 'none',
      model: 'm',
      provider: { baseUrl: OPENAI_BASE_URL },
    });
    const withKey = createModelChooser(
      settingsOf({ 'discord:b': { keys: { [OPENAI_BASE_URL]: 'sk-own' } } }),
      defaultsWith(),
    );
    expect((await withKey.choose('discord:b')).choice).toMatchObject({ source: 'own' });
    await expect(withKey.choose('discord:c')).rejects.toMatchObject({ failure: { kind: 'no-key' } });
  });

  it("the operator's model with the operator's key", async () => {
    expect(await choose({}, { key: OPERATOR_KEY })).toEqual({
      source: 'operator',
      model: 'operators-model',
      provider: { baseUrl: OPENAI_BASE_URL, key: OPERATOR_KEY },
    });
  });

  it("the operator's server, which wants no key", async () => {
    expect(await choose({}, { baseUrl: OLLAMA })).toEqual({
      source: 'operator',
      model: 'operators-model',
      provider: { baseUrl: OLLAMA },
    });
  });

  it("the tenant's model with the operator's key", async () => {
    expect(await choose({ model: 'gpt-6-astra' }, { key: OPERATOR_KEY })).toMatchObject({
      source: 'operator',
      model: 'gpt-6-astra',
    });
  });

  it("the tenant's key before the operator's", async () => {
    expect(await choose({ keys: { [OPENAI_BASE_URL]: 'sk-own' } }, { key: OPERATOR_KEY })).toEqual({
      source: 'own',
      model: 'operators-model',
      provider: { baseUrl: OPENAI_BASE_URL, key: 'sk-own' },
    });
  });

  it("the tenant's server, without the operator's key", async () => {
    expect(await choose({ baseUrl: OTHER }, { key: OPERATOR_KEY })).toEqual({
      source: 'own',
      model: 'operators-model',
      provider: { baseUrl: OTHER },
    });
  });

  it("the operator's server, where a base URL of one's own is no longer allowed", async () => {
    const own = { baseUrl: OTHER, keys: { [OTHER]: 'sk-own' } };
    expect(await choose(own, { key: OPERATOR_KEY, baseUrlPolicy: () => 'off' })).toEqual({
      source: 'operator',
      model: 'operators-model',
      provider: { baseUrl: OPENAI_BASE_URL, key: OPERATOR_KEY },
    });
  });

  it('policy is asked for each tenant', async () => {
    const own = { baseUrl: OTHER };
    const settings = settingsOf({ 'web:a': own, 'slack:b': own });
    const baseUrlPolicy = (tenant: string): BaseUrlPolicy => (tenant === 'web:a' ? 'any' : 'off');
    const chooser = createModelChooser(settings, defaultsWith({ key: OPERATOR_KEY, baseUrlPolicy }));
    expect((await chooser.choose('web:a')).choice.provider).toEqual({ baseUrl: OTHER });
    expect((await chooser.choose('slack:b')).choice.provider).toEqual({
      baseUrl: OPENAI_BASE_URL,
      key: OPERATOR_KEY,
    });
  });

  it('the persona comes along, and is nothing where there is none', async () => {
    const settings = settingsOf({ 'web:a': { persona: 'A pirate.' } });
    const chooser = createModelChooser(settings, defaultsWith());
    expect((await chooser.choose('web:a')).persona).toBe('A pirate.');
    expect((await chooser.choose('web:b')).persona).toBe('');
  });

  it('a key that cannot be opened is an error, not another key', async () => {
    const settings: Settings = {
      ...settingsOf({ 'web:a': { keys: { [OPENAI_BASE_URL]: ownKey(OPENAI_BASE_URL) } } }),
      key: () => Promise.reject(new Error('no master key opens it')),
    };
    const chooser = createModelChooser(settings, defaultsWith({ key: OPERATOR_KEY }));
    await expect(chooser.choose('web:a')).rejects.toThrow('no master key opens it');
  });
});

describe('in every combination', () => {
  const baseUrls = [OPENAI_BASE_URL, OTHER, OLLAMA, 'https://eu.api.openai.com/v1'];
  const someKeys = fc
    .subarray(baseUrls)
    .map((urls) => Object.fromEntries(urls.map((url) => [url, ownKey(url)])));
  const own = fc.record(
    { baseUrl: fc.constantFrom(...baseUrls), model: fc.constantFrom('a', 'b'), keys: someKeys },
    { requiredKeys: [] },
  );
  const operators = fc.record({
    baseUrl: fc.constantFrom(...baseUrls),
    hasKey: fc.boolean(),
    policy: fc.constantFrom<BaseUrlPolicy>('off', 'public', 'any'),
  });

  it('a key goes to the base URL it was given for and to no other', async () => {
    await fc.assert(
      fc.asyncProperty(own, operators, async (tenant, { baseUrl, hasKey, policy }) => {
        const choice = await choose(tenant, {
          baseUrl,
          baseUrlPolicy: () => policy,
          ...(hasKey && { key: OPERATOR_KEY }),
        });
        const { provider, source } = choice;
        if (!provider) {
          expect(source).toBe('demo');
          expect(tenant.keys?.[OPENAI_BASE_URL]).toBeUndefined();
          return;
        }
        if (policy === 'off') expect(provider.baseUrl).toBe(baseUrl);
        else expect(provider.baseUrl).toBe(tenant.baseUrl ?? baseUrl);
        if (provider.key === OPERATOR_KEY) {
          expect(provider.baseUrl).toBe(baseUrl);
          expect(source).toBe('operator');
        } else if (provider.key !== undefined) {
          expect(provider.key).toBe(ownKey(provider.baseUrl));
          expect(source).toBe('own');
        }
        if (provider.baseUrl !== baseUrl) expect(source).toBe('own');
        // Wherever a tenant's own address is followed under `public`, only public addresses are.
        expect(provider.publicOnly ?? false).toBe(policy === 'public' && provider.baseUrl !== baseUrl);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('on the wire', () => {
  it("a tenant's key stays behind when its base URL changes", async () => {
    await using first = await startModelServer();
    await using second = await startModelServer();
    const tenant: Own = { baseUrl: first.url, keys: { [first.url]: 'sk-own' } };
    const chooser = createModelChooser(settingsOf({ 'web:a': tenant }), defaultsWith({ key: OPERATOR_KEY }));
    await ask((await chooser.choose('web:a')).model);
    tenant.baseUrl = second.url;
    await ask((await chooser.choose('web:a')).model);
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-own']);
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer none']);
  });

  it('a new key is used from the next message on', async () => {
    await using server = await startModelServer();
    const tenant: Own = { keys: { [server.url]: 'sk-old' } };
    const chooser = createModelChooser(
      settingsOf({ 'web:a': tenant }),
      defaultsWith({ key: OPERATOR_KEY, baseUrl: server.url }),
    );
    await ask((await chooser.choose('web:a')).model);
    tenant.keys = { [server.url]: 'sk-new' };
    await ask((await chooser.choose('web:a')).model);
    tenant.keys = {};
    await ask((await chooser.choose('web:a')).model);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-old',
      'Bearer sk-new',
      `Bearer ${OPERATOR_KEY}`,
    ]);
  });

  it('a private address, where only public ones are allowed, gets no request', async () => {
    await using server = await startModelServer();
    const settings = settingsOf({ 'web:a': { baseUrl: server.url, keys: { [server.url]: 'sk-own' } } });
    const chooser = createModelChooser(settings, defaultsWith({ baseUrlPolicy: () => 'public' }));
    const answer = await ask((await chooser.choose('web:a')).model);
    expect(answer.end.failure).toEqual({ kind: 'private-address' });
    expect(server.requests).toHaveLength(0);
  });

  it('a voice message goes where the answer comes from, with the same key', async () => {
    await using server = await startModelServer();
    server.respond(repliesJson(200, { text: 'said' }));
    const tenant: Own = { baseUrl: server.url, keys: { [server.url]: 'sk-own' } };
    const chooser = createModelChooser(settingsOf({ 'web:a': tenant }), defaultsWith({ key: OPERATOR_KEY }));
    const { transcriber } = await chooser.choose('web:a');
    const audio = { type: 'audio/ogg', bytes: Buffer.from('OggS') };
    expect(await transcriber?.transcribe(audio, UNMETERED, AbortSignal.any([]))).toBe('said');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-own');
    expect(server.requests[0]?.sent).toContain('scribe');
    const other = await createModelChooser(settingsOf({}), defaultsWith()).choose('web:b');
    expect(other.transcriber).toBeUndefined();
  });

  it('temperature and effort go along as the tenant chose them', async () => {
    await using server = await startModelServer();
    const chosen: Own = { temperature: 0.5, effort: 'high' };
    const chooser = createModelChooser(
      settingsOf({ 'web:a': chosen }),
      defaultsWith({ baseUrl: server.url }),
    );
    await ask((await chooser.choose('web:a')).model);
    await ask((await chooser.choose('web:b')).model);
    const [first, second] = server.requests.map(({ body }) => body);
    expect(first).toMatchObject({ temperature: 0.5, reasoning_effort: 'high' });
    expect(second).not.toHaveProperty('temperature');
    expect(second).not.toHaveProperty('reasoning_effort');
  });

  it('the demo asks nobody', async () => {
    const { lookups } = resolveTo({});
    const chooser = createModelChooser(settingsOf({}), defaultsWith());
    const { model } = await chooser.choose('web:a');
    expect(model.name).toBe('demo');
    expect((await ask(model)).end.end).toBe('stop');
    expect(lookups).toEqual([]);
  });

  it.each<[string, ModelDefaults['api'], 'operator' | 'own' | 'openai', string]>([
    ['Chat Completions for a compatible server', 'auto', 'operator', '/v1/chat/completions'],
    ['Responses where the operator says so', 'responses', 'operator', '/v1/responses'],
    ['Chat Completions where the operator says so', 'chat', 'operator', '/v1/chat/completions'],
    [
      "Chat Completions for a tenant's server, whatever the operator's is",
      'responses',
      'own',
      '/v1/chat/completions',
    ],
    ['Responses for OpenAI', 'auto', 'openai', '/v1/responses'],
    [
      'Responses for OpenAI as a tenant sets it, whatever the operator says',
      'chat',
      'openai',
      '/v1/responses',
    ],
  ])('%s', async (_, api, whose, path) => {
    await using server = await startModelServer();
    server.respond(answers('Hello.'));
    resolveTo({ 'api.openai.com': [['127.0.0.1']] });
    const tenant = whose === 'own' ? server.url : `http://api.openai.com:${server.port}/v1`;
    const chooser = createModelChooser(
      settingsOf({ 'web:a': whose === 'operator' ? {} : { baseUrl: tenant } }),
      defaultsWith({ api, baseUrl: whose === 'operator' ? server.url : OLLAMA }),
    );
    expect((await ask((await chooser.choose('web:a')).model)).text).toBe('Hello.');
    expect(server.requests.map((request) => request.path)).toEqual([path]);
  });
});

function ownKey(baseUrl: string): string {
  return `sk-own for ${baseUrl}`;
}

function withoutKey(choice: Choice): unknown {
  if (!choice.provider) return choice;
  const { key, ...provider } = choice.provider;
  return { ...choice, provider: { ...provider, hasKey: key !== undefined } };
}
