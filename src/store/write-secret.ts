import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file for its owner only (mode 600), whole or not at all; the folder is made where it is missing. */
export function writeSecret(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, text, { mode: 0o600, flag: 'wx' });
  renameSync(whole, path);
}
