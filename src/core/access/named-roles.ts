/** The roles that a tenant's limits and tools name. Parley keeps no others of a person. */
import type { TenantSettings } from '../settings.ts';
import { TOOL_CHOICES } from '../turn/tools/families.ts';

/** Whether any role is named, so that a person's roles have to be known. */
export const namesRoles = (settings: TenantSettings): boolean => rolesIn(settings).size > 0;

/** Those of a person's roles that are named. */
export function rolesNamedIn(roles: string[], settings: TenantSettings): string[] {
  if (roles.length === 0) return roles;
  const named = rolesIn(settings);
  return roles.filter((role) => named.has(role));
}

function rolesIn(settings: TenantSettings): Set<string> {
  const ofTools = Object.values(TOOL_CHOICES).flatMap((id) => settings[id] ?? []);
  return new Set([...Object.keys(settings.roleDayLimits ?? {}), ...ofTools.filter((role) => role !== 'off')]);
}
