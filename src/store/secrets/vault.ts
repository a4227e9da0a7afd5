/**
 * Encrypts secrets with AES-256-GCM of node:crypto. A sealed text is `v1:keyId:base64(iv, tag, ciphertext)`. The additional
 * data binds it to its version, tenant and purpose, so it opens nowhere else.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { VaultError } from '../../core/errors.ts';
import { VAULT_CHECK } from '../keys.ts';
import type { Store } from '../store.ts';
import { writeSecret } from './write-secret.ts';

export interface Vault {
  seal(secret: string, tenant: string, purpose: string): string;
  /** @throws VaultError if no key of the ring opens it for that tenant and purpose */
  open(sealed: string, tenant: string, purpose: string): string;
}

/** Keys by id. The first one encrypts, all decrypt. */
export type KeyRing = Map<string, Buffer>;

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export function createVault(ring: KeyRing): Vault {
  const [first] = ring;
  if (!first) throw new VaultError('MASTER_KEYS holds no key.');
  const [sealingId, sealingKey] = first;
  return {
    seal(secret, tenant, purpose) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv).setAAD(additionalData(tenant, purpose));
      const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${VERSION}:${sealingId}:${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64')}`;
    },
    open(sealed, tenant, purpose) {
      const [version, id = '', base64 = ''] = sealed.split(':');
      const key = ring.get(id);
      const bytes = Buffer.from(base64, 'base64');
      if (version !== VERSION || !key || bytes.length < IV_BYTES + TAG_BYTES) {
        throw new VaultError(
          `A stored secret was sealed with the master key "${id}", which MASTER_KEYS does not hold.`,
        );
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(additionalData(tenant, purpose))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        throw new VaultError(
          `The master key "${id}" does not open a stored secret: it is not the key that sealed it.`,
        );
      }
    },
  };
}

/**
 * Whether these master keys open secrets sealed with the keys before. The first start leaves a secret in the store
 * for this check.
 */
export async function opensStored(vault: Vault, store: Store): Promise<boolean> {
  const sealed = await store.read<string>(VAULT_CHECK);
  try {
    if (sealed !== undefined) vault.open(sealed, VAULT_CHECK, VAULT_CHECK);
  } catch {
    return false;
  }
  // Sealed again at each start, so that a rotated master key can be dropped.
  await store.write([{ key: VAULT_CHECK, value: vault.seal(VAULT_CHECK, VAULT_CHECK, VAULT_CHECK) }]);
  return true;
}

/**
 * Reads `id:base64` pairs, separated by commas or white space.
 * @throws VaultError that names the mistake, never the key
 */
export function parseKeyRing(text: string): KeyRing {
  const ring: KeyRing = new Map();
  for (const pair of text.split(/[\s,]+/).filter(Boolean)) {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(pair) ?? [];
    if (!id || !base64) throw new VaultError('A master key is not of the form id:base64.');
    const key = Buffer.from(base64, 'base64');
    if (key.length !== KEY_BYTES)
      throw new VaultError(`The master key "${id}" has ${key.length} bytes, not ${KEY_BYTES}.`);
    if (ring.has(id)) throw new VaultError(`There are two master keys named "${id}".`);
    ring.set(id, key);
  }
  if (ring.size === 0) throw new VaultError('There is no master key in it.');
  return ring;
}

/** The key ring in a file. If there is no file yet, makes one with one new key (mode 600). */
export function readOrMakeKeyRing(path: string): KeyRing {
  try {
    return parseKeyRing(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof VaultError)
      throw new VaultError(`The master keys in ${path} cannot be used: ${error.message}`);
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new VaultError(
        `The master keys in ${path} cannot be read. Check the file's owner, or set MASTER_KEYS.`,
      );
    }
  }
  // The id is random: a key that is made after a loss gets another id than the lost one.
  const text = `k${randomBytes(4).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}\n`;
  writeSecret(path, text);
  return parseKeyRing(text);
}

function additionalData(tenant: string, purpose: string): Buffer {
  return Buffer.from(JSON.stringify(['parley', VERSION, tenant, purpose]));
}
