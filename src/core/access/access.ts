/** Decides by the choices of a tenant's admins who may ask, and where. The operator's decision is in admission.ts. */

import type { TenantSettings } from '../settings.ts';
import type { AdmissionRefusal } from './admission.ts';

export type Access = 'yes' | 'channel' | 'role' | 'admins' | AdmissionRefusal;

export interface Asker {
  /** The platform's ids of the channel that the message is in, and of the channel above it. */
  channels: string[];
  roles: string[];
  isAdmin: boolean;
}

/** Whether a person may ask; otherwise the reason against it. The allowed channels bind admins, too. */
export function mayAsk(
  { channels = [], roles = [], whoMayAsk = 'everyone' }: TenantSettings,
  asker: Asker,
): 'yes' | 'channel' | 'role' | 'admins' {
  if (channels.length > 0 && !asker.channels.some((id) => channels.includes(id))) return 'channel';
  if (asker.isAdmin) return 'yes';
  if (whoMayAsk === 'admins') return 'admins';
  return roles.length > 0 && !asker.roles.some((id) => roles.includes(id)) ? 'role' : 'yes';
}
