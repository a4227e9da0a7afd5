/**
 * Decides whether the operator lets somebody ask, before the question costs anything: by lists, direct messages and
 * own keys.
 */

import type { ModelChooser } from '../models/catalog/choose.ts';
import type { TenantSettings } from '../settings.ts';
import type { TenantId } from '../types.ts';
import { type AccessLists, type KeptAccessLists, type Kind, standingOf } from './access-lists.ts';

/** The reason for a refusal. `own-key`: the operator's key pays for nobody, and the tenant has set none. */
export type AdmissionRefusal = 'server' | 'workspace' | 'person' | 'direct' | 'own-key';

/** A Discord server or a Slack workspace. */
export interface Space {
  kind: 'server' | 'workspace';
  id: string;
}

export interface Asking {
  /** Undefined in a direct message that is in no server. */
  space: Space | undefined;
  /** All ids by which the operator's lists may name the asker, such as `discord:1`. */
  person: string[];
  isDirect: boolean;
}

export interface OperatorPolicy {
  directMessages: boolean;
  ownKeyOnly: boolean;
}

export interface Admission {
  refusalOf(
    asking: Asking,
    tenant: TenantId,
    settings: TenantSettings,
  ): Promise<AdmissionRefusal | undefined>;
  /** The same for a whole server or workspace, whoever asks in it. */
  refusalOfSpace(space: Space): Promise<AdmissionRefusal | undefined>;
  /** Whether the lists block or leave out the asker or the place by now. @throws StoreError */
  isBlocked(asking: Pick<Asking, 'space' | 'person'>): Promise<boolean>;
}

export interface AdmissionOptions extends OperatorPolicy {
  /** The lists of the environment. */
  configured: AccessLists;
  /** The operator's lists, read for each message, so that a change takes effect in every process at once. */
  kept: Pick<KeptAccessLists, 'read'>;
  models: Pick<ModelChooser, 'describe'>;
}

export function createAdmission({ configured, kept, models, ...policy }: AdmissionOptions): Admission {
  return {
    async refusalOf(asking, tenant, settings) {
      const hasNoKey = () => models.describe(tenant, settings).source === 'none';
      return refusal(asking, [configured, await kept.read()], policy, hasNoKey);
    },
    async refusalOfSpace({ kind, id }) {
      return standingOf([configured, await kept.read()], kind, [id]) === 'in' ? undefined : kind;
    },
    async isBlocked({ space, person }) {
      const lists = [configured, await kept.read()];
      const isIn = (kind: Kind, ids: string[]) => standingOf(lists, kind, ids) === 'in';
      return (space && !isIn(space.kind, [space.id])) || !isIn('person', person);
    },
  };
}

/** @param hasNoKey whether there is no key to answer with */
export function refusal(
  { space, person, isDirect }: Asking,
  lists: AccessLists[],
  { directMessages, ownKeyOnly }: OperatorPolicy,
  hasNoKey: () => boolean,
): AdmissionRefusal | undefined {
  if (space && standingOf(lists, space.kind, [space.id]) !== 'in') return space.kind;
  if (standingOf(lists, 'person', person) !== 'in') return 'person';
  if (isDirect && !directMessages) return 'direct';
  return ownKeyOnly && hasNoKey() ? 'own-key' : undefined;
}
