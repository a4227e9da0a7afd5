/** Permissions come from roles (topics/permissions.mdx). */
import { type APIRole, PermissionFlagsBits } from 'discord-api-types/v10';
import {
  ADMIN,
  MEMBER,
  newRole,
  type StoredChannel,
  type StoredGuild,
  type StoredMember,
  type World,
} from './world.ts';

/** Permissions that a test gives a member: bits, or one of the usual sets. */
export type Permissions = 'admin' | 'member' | bigint;

/**
 * Discord's base permissions: those of @everyone (its role has the guild's id) and of the member's roles together.
 * ADMINISTRATOR means all.
 */
export function permissionsOf(guild: StoredGuild, member: StoredMember): bigint {
  const bits = guild.roles
    .filter(({ id }) => id === guild.id || member.roles.includes(id))
    .reduce((all, { permissions }) => all | BigInt(permissions), 0n);
  return (bits & PermissionFlagsBits.Administrator) === 0n ? bits : ADMIN;
}

/**
 * A member's permissions in a channel. Without VIEW_CHANNEL, a member has none of the others there
 * (topics/permissions.mdx, Implicit Permissions).
 */
export function permissionsIn(
  guild: StoredGuild,
  member: StoredMember,
  { isHidden }: Pick<StoredChannel, 'isHidden'>,
): bigint {
  const permissions = permissionsOf(guild, member);
  return isHidden && permissions !== ADMIN && member.roles.length === 0 ? 0n : permissions;
}

/**
 * Gives a member permissions by a role of the guild that has exactly these, in place of the one given before.
 * Returns the role if it was made.
 */
export function givePermissions(
  guild: StoredGuild,
  member: StoredMember,
  wanted: Permissions,
): APIRole | undefined {
  const bits = wanted === 'admin' ? ADMIN : wanted === 'member' ? MEMBER : wanted;
  const given = givenRoles(guild);
  member.roles = member.roles.filter((id) => !given.includes(id));
  if ((bits & ~MEMBER) === 0n) return undefined;
  const name = `${PREFIX}${bits}`;
  const known = guild.roles.find((role) => role.name === name);
  const role = known ?? newRole(name, bits);
  if (!known) guild.roles.push(role);
  member.roles.push(role.id);
  return known ? undefined : role;
}

/** Gives a member of one guild permissions. */
export function permit(world: World, guildId: string, userId: string, wanted: Permissions): void {
  const guild = world.guilds.get(guildId);
  const member = guild?.members.get(userId);
  if (guild && member) givePermissions(guild, member, wanted);
}

/** Sets a member's roles, besides the one for the permissions that a test gave. */
export function setRoles(guild: StoredGuild, member: StoredMember, roles: string[]): void {
  const given = givenRoles(guild);
  member.roles = [...roles, ...member.roles.filter((id) => given.includes(id))];
}

/** Names of the roles that `givePermissions` makes begin with this. */
const PREFIX = 'may ';

const givenRoles = (guild: StoredGuild) =>
  guild.roles.filter(({ name }) => name.startsWith(PREFIX)).map(({ id }) => id);
