/**
 * Where files count in the quotas: one row a file, of which the key tells everything, so that a tenant's files are
 * listed without reading them.
 */
import type { FileOwner } from '../../core/storage.ts';
import type { ConversationId, TenantId } from '../../core/types.ts';

export interface Kept extends FileOwner {
  key: string;
  /** When it was kept, milliseconds since 1970. */
  at: number;
  /** Bytes. */
  size: number;
  conversation: ConversationId;
  /** The file's id. */
  id: string;
}

const PREFIX = 'kept|';

/** The files of one tenant, or of all. */
export const keptPrefix = (tenant?: TenantId) => (tenant === undefined ? PREFIX : `${PREFIX}${tenant}|`);

export function keptKey({ tenant, person, at, size, conversation, id }: Omit<Kept, 'key'>): string {
  return `${keptPrefix(tenant)}${[person, at.toString(36), size.toString(36), conversation, id].join('|')}`;
}

export function readKept(key: string): Kept {
  const [, tenant = '', person = '', at = '', size = '', conversation = '', ...id] = key.split('|');
  return {
    key,
    tenant,
    person,
    at: Number.parseInt(at, 36),
    size: Number.parseInt(size, 36),
    conversation,
    id: id.join('|'),
  };
}
