/** Tells a person's windows what changes in their direct messages on platforms, in whichever process. */
import type { Topics } from '../../../../core/platform.ts';
import { createRecent } from '../../../../core/recent.ts';
import type { TenantId } from '../../../../core/types.ts';
import { readDmTopic } from '../../../dm-topic.ts';
import type { Changes } from '../../answer/changes.ts';
import type { SignedInPeople } from '../sign-in/people.ts';
import { idOf } from './person-dms.ts';

export interface DmChanges {
  /** A window of the person is about to listen here. Never throws. */
  listens(tenant: TenantId): Promise<void>;
  stop(): void;
}

export interface DmChangesOptions {
  topics: Pick<Topics, 'onTold'>;
  changes: Pick<Changes, 'tellHere'>;
  /** Absent where nobody signs in. */
  people: Pick<SignedInPeople, 'find'> | undefined;
}

/** People whose tenants are remembered. Who a tenant is never changes. */
const MOST_PEOPLE = 20_000;

export function createDmChanges({ topics, changes, people }: DmChangesOptions): DmChanges {
  const tenants = createRecent<string, TenantId>(MOST_PEOPLE);

  async function learn(tenant: TenantId): Promise<void> {
    const person = await people?.find(tenant);
    if (person) tenants.set(`${person.provider} ${person.subject}`, tenant);
  }

  return {
    // A window that misses something reads it when it is opened again.
    listens: (tenant) => learn(tenant).catch(() => {}),
    stop: topics.onTold((topic) => {
      const change = readDmTopic(topic);
      const tenant = change && tenants.get(`${change.platform} ${change.subject}`);
      if (change && tenant !== undefined)
        changes.tellHere(tenant, { conversation: idOf(change.conversation), window: null });
    }),
  };
}
