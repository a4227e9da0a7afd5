/** Finds settings that do not fit together. */
import { en } from './core/sentences/en.ts';
import { isOnServer } from './store/url.ts';

export function portProblems({
  PORT,
  INTERNAL_PORT,
}: {
  PORT: number;
  INTERNAL_PORT?: number | undefined;
}): string[] {
  if (INTERNAL_PORT === undefined || INTERNAL_PORT === 0 || INTERNAL_PORT !== PORT) return [];
  return [en.setup.samePort];
}

/**
 * Settings that a store on a server needs. Several processes use it, and keys that each process made itself would
 * differ.
 */
export function serverProblems(storeUrl: string, has: (name: 'MASTER_KEYS') => boolean): string[] {
  if (!isOnServer(storeUrl)) return [];
  if (has('MASTER_KEYS')) return [];
  return [en.setup.masterKeysMissing];
}
