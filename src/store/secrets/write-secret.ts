import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../core/errors.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Writes a file for its owner only (mode 600), as a whole or not at all. Makes the folder if it is missing.
 * @throws StoreError
 */
export function writeSecret(path: string, text: string): void {
  const whole = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    makeFolder(dirname(path));
    writeFileSync(whole, text, { mode: 0o600, flag: 'wx' });
    renameSync(whole, path);
  } catch (cause) {
    if (existsSync(whole)) rmSync(whole);
    throw new StoreError(
      `${path} cannot be written. Check that its folder is writable and has space, or set STORE_URL.`,
      { cause },
    );
  }
}
