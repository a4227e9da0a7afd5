/** Quotas of attached files. The oldest files are removed for a new one. */
import type { FileOwner } from '../../core/storage.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';
import { type KeptRow, keptIn, readKeptKey } from '../keys.ts';
import type { Store } from '../store.ts';
import { removeFiles } from './remove-files.ts';

export interface FileQuotas {
  /** Bytes, of each person within a tenant. */
  perPerson: number;
  /** Bytes, of all people of a tenant. */
  perTenant: number;
}

export const NO_QUOTAS: FileQuotas = {
  perPerson: Number.POSITIVE_INFINITY,
  perTenant: Number.POSITIVE_INFINITY,
};

/** The files that count in the quotas: of one tenant, or of all. */
export async function keptFiles(store: Store, tenant?: TenantId): Promise<KeptRow[]> {
  return (await store.keys(keptIn(tenant))).map(readKeptKey);
}

/** Files that come together, such as those of one message. None of them is removed for another. */
export interface Spared {
  conversation: ConversationId;
  ids: string[];
}

/**
 * Removes the oldest files of a person and of a tenant for a new file. False: there is no room even so, and nothing
 * was removed.
 * @param size bytes of the new file
 */
export async function makeRoom(
  store: Store,
  quotas: FileQuotas,
  { tenant, person }: FileOwner,
  size: number,
  spared: Spared,
): Promise<boolean> {
  const all = (await keptFiles(store, tenant)).sort((a, b) => a.at - b.at);
  const gone = new Set<KeptRow>();
  const own = all.filter((one) => one.person === person);
  const fits = (files: KeptRow[], most: number) => dropOldest(files, gone, most - size, spared);
  if (!fits(own, quotas.perPerson) || !fits(all, quotas.perTenant)) return false;
  for (const { conversation, id, key } of gone) {
    await removeFiles(store, conversation, [id]);
    // No index has the key of a file that was not claimed yet.
    await store.remove([key]);
  }
  return true;
}

/** Adds the oldest files to `gone` until the others have at most this many bytes. Returns whether they have. */
function dropOldest(files: KeptRow[], gone: Set<KeptRow>, most: number, spared: Spared): boolean {
  let bytes = sum(files.filter((one) => !gone.has(one)));
  for (const one of files) {
    if (bytes <= most) return true;
    const isSpared = one.conversation === spared.conversation && spared.ids.includes(one.id);
    if (gone.has(one) || isSpared) continue;
    gone.add(one);
    bytes -= one.size;
  }
  return bytes <= most;
}

function sum(files: KeptRow[]): number {
  return files.reduce((bytes, { size }) => bytes + size, 0);
}
