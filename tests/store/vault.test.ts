import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../src/core/errors.ts';
import type { Choices } from '../../src/core/settings.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createSecrets, resealSecrets } from '../../src/store/secrets/secrets.ts';
import { createVault, parseKeyRing, readOrMakeKeyRing } from '../../src/store/secrets/vault.ts';
import { createSettings, resealKeys } from '../../src/store/tables/settings.ts';
import { emptyFolder } from '../fixtures.ts';

const keyText = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const ring = (...texts: string[]) => parseKeyRing(texts.join(','));

describe('vault', () => {
  it('opens what it sealed, whatever it is (property)', () => {
    const vault = createVault(ring(keyText('a', 1)));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (secret, tenant, purpose) => {
        const sealed = vault.seal(secret, tenant, purpose);
        expect(vault.open(sealed, tenant, purpose)).toBe(secret);
        if (secret.length > 4) expect(sealed).not.toContain(secret);
      }),
    );
  });

  it('opens for no other tenant or purpose, however they are cut (property)', () => {
    const vault = createVault(ring(keyText('a', 1)));
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.string(),
        (tenant, purpose, otherTenant, otherPurpose) => {
          fc.pre(tenant !== otherTenant || purpose !== otherPurpose);
          const sealed = vault.seal('secret', tenant, purpose);
          expect(() => vault.open(sealed, otherTenant, otherPurpose)).toThrow(VaultError);
        },
      ),
    );
  });

  it('opens nothing that was changed in any byte', () => {
    const vault = createVault(ring(keyText('a', 1)));
    const sealed = vault.seal('secret', 't', 'p');
    const [version, id, base64 = ''] = sealed.split(':');
    const bytes = Buffer.from(base64, 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => vault.open(`${version}:${id}:${changed.toString('base64')}`, 't', 'p')).toThrow(
        VaultError,
      );
    }
    for (const broken of ['', 'v1', 'v1:a', 'v1:a:', 'v2:a:AAAA', `v1:a:${base64.slice(0, 8)}`]) {
      expect(() => vault.open(broken, 't', 'p')).toThrow(VaultError);
    }
  });

  it('seals the same secret differently each time', () => {
    const vault = createVault(ring(keyText('a', 1)));
    expect(vault.seal('secret', 't', 'p')).not.toBe(vault.seal('secret', 't', 'p'));
  });

  it('opens with any key of the ring and seals with the first', () => {
    const old = createVault(ring(keyText('old', 1))).seal('secret', 't', 'p');
    const both = createVault(ring(keyText('new', 2), keyText('old', 1)));
    expect(both.open(old, 't', 'p')).toBe('secret');
    expect(both.seal('secret', 't', 'p')).toMatch(/^v1:new:/);
  });

  it('says which key is missing, and nothing of the secret', () => {
    const sealed = createVault(ring(keyText('lost', 1))).seal('sk-canary', 't', 'p');
    expect(() => createVault(ring(keyText('other', 2))).open(sealed, 't', 'p')).toThrow(
      /"lost".*MASTER_KEYS/,
    );
    expect(() => createVault(ring(keyText('lost', 3))).open(sealed, 't', 'p')).toThrow(
      /"lost" does not open/,
    );
  });
});

describe('master keys', () => {
  it.each([
    ['', 'no master key'],
    ['justtext', 'form'],
    ['a:c2hvcnQ=', '5 bytes'],
    [`${keyText('a', 1)},${keyText('a', 2)}`, 'two master keys'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseKeyRing(text)).toThrow(reason);
  });

  it('are made once, for their owner only, and stay the same', async () => {
    const path = join(await emptyFolder(), 'data', 'master.keys');
    const [id = '', key] = [...readOrMakeKeyRing(path)][0] ?? [];
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(
      readOrMakeKeyRing(path)
        .get(id ?? '')
        ?.equals(key as Buffer),
    ).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(id);
  });

  it('are not made anew over a file that is broken', async () => {
    const folder = await emptyFolder();
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'master.keys');
    writeFileSync(path, 'garbage');
    expect(() => readOrMakeKeyRing(path)).toThrow(VaultError);
    expect(readFileSync(path, 'utf8')).toBe('garbage');
  });
});

describe('stored settings', () => {
  const setUp = (ringText = keyText('a', 1)) => {
    const keyv = new Keyv();
    const store = createKeyvStore(keyv);
    return { store, settings: createSettings(store, createVault(ring(ringText))) };
  };

  it('hold a key for its base URL alone and show its last four characters only', async () => {
    const { store, settings } = setUp();
    const view = await settings.setKey('web:one', 'https://a.example/v1', 'sk-canary-1234');
    expect(view.keys).toEqual({ 'https://a.example/v1': { last4: '1234' } });
    expect(await settings.key('web:one', 'https://a.example/v1')).toBe('sk-canary-1234');
    expect(await settings.key('web:one', 'https://b.example/v1')).toBeUndefined();
    expect(await settings.key('web:two', 'https://a.example/v1')).toBeUndefined();
    expect(JSON.stringify(await store.read('settings|web:one'))).not.toContain('sk-canary');
  });

  it('find a key under the base URL as an earlier Parley wrote it', async () => {
    const { settings } = setUp();
    const [old, now] = ['https://a.example/v1/chat/completions', 'https://a.example/v1'];
    await settings.change('web:one', { baseUrl: old });
    await settings.setKey('web:one', old, 'sk-canary-1234');
    expect(await settings.read('web:one')).toEqual({ baseUrl: now, keys: { [now]: { last4: '1234' } } });
    expect(await settings.key('web:one', now)).toBe('sk-canary-1234');
    expect(await settings.key('web:one', 'https://a.example/v2')).toBeUndefined();
    await settings.setKey('web:one', now, 'sk-canary-5678');
    expect(await settings.key('web:one', old)).toBe('sk-canary-5678');
    expect((await settings.removeKey('web:one', now)).keys).toEqual({});
  });

  it('do not open a key that was copied to another tenant', async () => {
    const { store, settings } = setUp();
    await settings.setKey('web:one', 'https://a.example/v1', 'sk-canary-1234');
    await store.write([{ key: 'settings|web:two', value: await store.read('settings|web:one') }]);
    await expect(settings.key('web:two', 'https://a.example/v1')).rejects.toThrow(VaultError);
  });

  it('keep a key that no master key opens, and open it again when that is back', async () => {
    const { store, settings } = setUp();
    await settings.setKey('t', 'https://a.example/v1', 'sk-canary-1234');
    const without = createSettings(store, createVault(ring(keyText('b', 2))));
    await expect(without.key('t', 'https://a.example/v1')).rejects.toThrow(VaultError);
    await without.change('t', { persona: 'kind' });
    expect(await settings.key('t', 'https://a.example/v1')).toBe('sk-canary-1234');
  });

  it('lose no change of two made at once, and take back a choice by null', async () => {
    const { settings } = setUp();
    await Promise.all([settings.change('t', { model: 'm' }), settings.change('t', { persona: 'kind' })]);
    expect(await settings.read('t')).toEqual({ model: 'm', persona: 'kind', keys: {} });
    expect(await settings.change('t', { model: null })).toEqual({ persona: 'kind', keys: {} });
  });

  it('keep every choice there is, and take each back by null', async () => {
    const { settings } = setUp();
    const choices: Required<Choices> = {
      model: 'm',
      baseUrl: 'https://a.example/v1',
      persona: 'kind',
      temperature: 0,
      effort: 'low',
      replyIn: 'thread',
      inThreads: 'mentions',
      history: 'person',
      historyDays: 30,
      channels: ['1', '2'],
      roles: ['3'],
      whoMayAsk: 'admins',
      whenBusy: 'collect',
      summaries: 'off',
      titles: 'off',
      personas: { p1: { name: 'pirate', text: 'Be a pirate.' } },
      footer: 'cost',
      mostParts: 3,
      cachedHours: 24,
      webTool: 'off',
      pagesTool: ['4'],
      filesTool: 'off',
      picturesTool: ['4', '7'],
      codeTool: [],
      dayLimit: 0,
      monthLimit: 100,
      personDayLimit: 0.5,
      roleDayLimits: { 4: 2 },
      perMinute: 5,
      timeZone: 'Europe/Berlin',
      limitsChannel: '5',
      limitsSetBy: '6',
    };
    expect(await settings.change('t', choices)).toEqual({ ...choices, keys: {} });
    expect(await settings.change('t', { temperature: undefined })).toEqual({ ...choices, keys: {} });
    expect(await settings.read('t')).toEqual({ ...choices, keys: {} });
    const none = Object.fromEntries(Object.keys(choices).map((field) => [field, null]));
    expect(await settings.change('t', none)).toEqual({ keys: {} });
  });

  it('are gone with their keys where a tenant is forgotten, and no other’s', async () => {
    const { store, settings } = setUp();
    for (const tenant of ['t', 't:2']) {
      await settings.setKey(tenant, 'https://a.example/v1', 'sk-canary-1234');
      await settings.change(tenant, { persona: 'kind' });
    }
    await settings.forget('t');
    expect(await settings.read('t')).toEqual({ keys: {} });
    expect(await settings.key('t', 'https://a.example/v1')).toBeUndefined();
    expect(await store.keys('settings|')).toEqual(['settings|t:2']);
  });

  it('are opened by the new master key alone once they were sealed anew', async () => {
    const { store, settings } = setUp(keyText('old', 1));
    for (const [tenant, url] of [
      ['t', 'https://a.example/v1'],
      ['t', 'https://b.example/v1'],
      ['u', 'https://a.example/v1'],
    ] as const) {
      await settings.setKey(tenant, url, `sk-${tenant}-${url}`);
    }
    await settings.change('v', { persona: 'no key' });
    const both = createVault(ring(keyText('new', 2), keyText('old', 1)));
    expect(await resealKeys(store, both)).toEqual({ resealed: 3, unopened: [] });
    const after = createSettings(store, createVault(ring(keyText('new', 2))));
    expect(await after.key('t', 'https://b.example/v1')).toBe('sk-t-https://b.example/v1');
    expect(await after.key('u', 'https://a.example/v1')).toBe('sk-u-https://a.example/v1');
    expect(await after.read('v')).toEqual({ persona: 'no key', keys: {} });
  });

  it('that no master key opens are left as they are, and told by their tenant', async () => {
    const { store, settings } = setUp(keyText('lost', 1));
    await settings.setKey('t', 'https://a.example/v1', 'sk-canary-1234');
    const other = createVault(ring(keyText('new', 2)));
    await createSettings(store, other).setKey('u', 'https://a.example/v1', 'sk-other');
    expect(await resealKeys(store, other)).toEqual({ resealed: 1, unopened: ['t'] });
    expect(await settings.key('t', 'https://a.example/v1')).toBe('sk-canary-1234');
  });

  it('are gone with a removed key', async () => {
    const { settings } = setUp();
    await settings.setKey('t', 'https://a.example/v1', 'sk-canary-1234');
    expect((await settings.removeKey('t', 'https://a.example/v1')).keys).toEqual({});
    expect(await settings.key('t', 'https://a.example/v1')).toBeUndefined();
  });
});

describe('secrets', () => {
  const setUp = (...keys: string[]) => {
    const store = createKeyvStore(new Keyv());
    const secrets = (...texts: string[]) => createSecrets(store, createVault(ring(...texts)));
    return { store, secrets, first: secrets(...keys) };
  };

  it('are stored sealed, for their tenant and purpose alone, until they are removed', async () => {
    const { store, first } = setUp(keyText('a', 1));
    await first.write('slack:T1', 'installation', 'canary-1');
    await first.write('slack:T2', 'installation', 'canary-2');
    for (const key of await store.keys(''))
      expect(JSON.stringify(await store.read(key))).not.toContain('canary');
    expect(await first.read('slack:T1', 'installation')).toBe('canary-1');
    expect(await first.read('slack:T1', 'another')).toBeUndefined();
    await first.remove('slack:T1', 'installation');
    expect(await first.read('slack:T1', 'installation')).toBeUndefined();
    expect(await first.read('slack:T2', 'installation')).toBe('canary-2');
  });

  it('that no master key opens are an error, and never nothing', async () => {
    const { first, secrets } = setUp(keyText('a', 1));
    await first.write('slack:T1', 'installation', 'canary');
    await expect(secrets(keyText('b', 2)).read('slack:T1', 'installation')).rejects.toThrow(VaultError);
  });

  it('are sealed anew with the API keys, and told where no key opens them', async () => {
    const { store, first, secrets } = setUp(keyText('old', 1));
    await first.write('slack:T1', 'installation', 'one');
    await secrets(keyText('lost', 3)).write('slack:T2', 'installation', 'two');
    const both = createVault(ring(keyText('new', 2), keyText('old', 1)));
    expect(await resealSecrets(store, both)).toEqual({ resealed: 1, unopened: ['slack:T2'] });
    expect(await secrets(keyText('new', 2)).read('slack:T1', 'installation')).toBe('one');
    expect(await secrets(keyText('lost', 3)).read('slack:T2', 'installation')).toBe('two');
  });
});
