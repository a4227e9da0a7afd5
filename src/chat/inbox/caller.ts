/** Who calls Parley on a platform of messages, from where, and with what rights. */
import { type Access, type Asker, mayAsk } from '../../core/access/access.ts';
import type { Admission, Asking } from '../../core/access/admission.ts';
import type { TenantSettings } from '../../core/settings.ts';
import type { AuthorRights, TenantId } from '../../core/types.ts';

/** @template Location the platform's place of a conversation */
export interface ChatCaller<Location> {
  tenant: TenantId;
  location: Location;
  /** The tenant's settings. They are read once for a message, and hold until it is in the queue. */
  settings: TenantSettings;
  isAdmin: boolean;
  /** The platform's ids of those roles of the caller that have a spending limit in the tenant. */
  namedRoles: string[];
  access: Access;
  /** False for a message in a thread that Parley takes part in, if it does not name Parley. */
  isAddressed: boolean;
}

/** Whether a caller may ask the model now, with the tenant's settings that were read for it, and by which limits. */
export type CallerRights = Pick<ChatCaller<unknown>, 'access' | 'settings' | 'isAdmin' | 'namedRoles'>;

export interface AccessOptions {
  admission: Pick<Admission, 'refusalOf'>;
  tenant: TenantId;
  settings: TenantSettings;
  /** The asker as the tenant's settings name them; undefined where everybody may ask. */
  asker: Asker | undefined;
  /** The asker as the operator's lists name them. */
  asking: Asking;
}

/** Tells whether somebody may ask: the operator's refusal comes before the tenant's own. */
export async function accessOf({
  admission,
  tenant,
  settings,
  asker,
  asking,
}: AccessOptions): Promise<Access> {
  const inPlace = asker ? mayAsk(settings, asker) : 'yes';
  // In a channel that admins left out, Parley is silent, so the operator's lists do not matter.
  if (inPlace === 'channel') return inPlace;
  return (await admission.refusalOf(asking, tenant, settings)) ?? inPlace;
}

/** The fields of a message by which its author is known: to notices as an admin, and to limits by their roles. */
export function askerFields({
  isAdmin,
  namedRoles,
}: Pick<ChatCaller<unknown>, 'isAdmin' | 'namedRoles'>): AuthorRights {
  return { ...(isAdmin && { reader: 'admin' }), ...(namedRoles.length > 0 && { namedRoles }) };
}
