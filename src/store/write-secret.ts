import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Writes a file for its owner only (mode 600), whole or not at all; the folder is made where it is missing. */
export function writeSecret(path: string, text: string): void {
  makeFolder(dirname(path));
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, text, { mode: 0o600, flag: 'wx' });
  renameSync(whole, path);
}
