import { randomBytes } from 'node:crypto';
import Keyv from 'keyv';
import { afterEach, expect, it, vi } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createSecrets, resealSecrets } from '../../src/store/secrets/secrets.ts';
import { createVault } from '../../src/store/secrets/vault.ts';
import { passes } from '../settled.ts';

afterEach(() => void vi.restoreAllMocks());

const set = () => {
  const store = createKeyvStore(new Keyv());
  const vault = createVault(new Map([['first', randomBytes(32)]]));
  return { store, vault, secrets: createSecrets(store, vault) };
};

it('a secret that passes is gone after its time', async () => {
  const { store, secrets } = set();
  await secrets.write('test:space', 'token', 'canary', 60_000);
  expect(await secrets.read('test:space', 'token')).toBe('canary');
  expect(JSON.stringify(await store.read('secret|token|test:space'))).not.toContain('canary');
  passes(61_000);
  expect(await secrets.read('test:space', 'token')).toBeUndefined();
});

it('a secret that passes is not made to stay when the master keys are rotated', async () => {
  const { store, vault, secrets } = set();
  await secrets.write('test:space', 'token', 'canary', 60_000);
  await secrets.write('test:space', 'installation', 'stays');
  expect(await resealSecrets(store, vault)).toEqual({ resealed: 1, unopened: [] });
  passes(61_000);
  expect(await secrets.read('test:space', 'token')).toBeUndefined();
  expect(await secrets.read('test:space', 'installation')).toBe('stays');
});
