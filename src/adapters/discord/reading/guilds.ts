/** Servers with their owners and roles, from the gateway's events. */
import { type APIRole, type GatewayGuildCreateDispatchData, PermissionFlagsBits } from 'discord.js';

export interface Guilds {
  /** A connection is new: Discord sends each of these servers next, as a whole. */
  expect(guilds: string[]): void;
  /** Whether Discord has sent all expected servers for which `isOf` is true. */
  isWhole(isOf: (guild: string) => boolean): boolean;
  keep(guild: GatewayGuildCreateDispatchData): void;
  setOwner(guildId: string, owner: string): void;
  /** The bot left the server, or the server is out of Discord's own reach (`isUnavailable`). */
  gone(guildId: string, isUnavailable: boolean): void;
  setRole(guildId: string, role: APIRole): void;
  removeRole(guildId: string, roleId: string): void;
  /** Whether everyone there has a permission, unless a channel says otherwise. */
  everyoneMay(guildId: string, permission: bigint): boolean;
  /** Whether a member may manage the server: as its owner, or by a role. */
  isAdmin(guildId: string, userId: string, roles: string[]): boolean;
  /** The role that Discord made for this bot in the server (topics/permissions.mdx, Role Tags). */
  roleOfBot(guildId: string | undefined, botId: string): string | undefined;
  roleName(guildId: string | undefined, roleId: string): string | undefined;
}

interface Guild {
  owner: string;
  /** Roles by id; the role of @everyone has the server's id. */
  roles: Map<string, Role>;
}

interface Role {
  name: string;
  /** Permissions as Discord's bit set. */
  permissions: bigint;
  /** Id of the bot that the role was made for. */
  bot: string | undefined;
}

/** One of these permissions makes a member an admin. */
const ADMIN = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

export function createGuilds(): Guilds {
  const guilds = new Map<string, Guild>();
  const expected = new Set<string>();
  return {
    expect(ids) {
      for (const id of ids) expected.add(id);
    },
    isWhole: (isOf) => ![...expected].some(isOf),
    keep({ id, owner_id: owner, roles }) {
      guilds.set(id, { owner, roles: new Map(roles.map((role) => [role.id, roleOf(role)])) });
      expected.delete(id);
    },
    setOwner(id, owner) {
      const guild = guilds.get(id);
      if (guild) guild.owner = owner;
    },
    gone(id, isUnavailable) {
      expected.delete(id);
      if (!isUnavailable) guilds.delete(id);
    },
    setRole: (id, role) => void guilds.get(id)?.roles.set(role.id, roleOf(role)),
    removeRole: (id, roleId) => void guilds.get(id)?.roles.delete(roleId),
    everyoneMay(id, permission) {
      const everyone = guilds.get(id)?.roles.get(id)?.permissions ?? 0n;
      return (everyone & permission) !== 0n;
    },
    isAdmin(id, userId, roles) {
      const guild = guilds.get(id);
      if (!guild) return false;
      const has = [id, ...roles].some((role) => ((guild.roles.get(role)?.permissions ?? 0n) & ADMIN) !== 0n);
      return has || guild.owner === userId;
    },
    roleOfBot(guildId = '', botId) {
      for (const [id, { bot }] of guilds.get(guildId)?.roles ?? []) if (bot === botId) return id;
      return undefined;
    },
    roleName: (id = '', roleId) => guilds.get(id)?.roles.get(roleId)?.name,
  };
}

function roleOf({ name, permissions, tags }: APIRole): Role {
  return { name, permissions: BigInt(permissions), bot: tags?.bot_id };
}
