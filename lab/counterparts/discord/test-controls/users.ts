/** The users of this Discord, by name. */
import type { Context } from '../context.ts';
import type { UserOption } from '../discord.ts';
import { type Actor, createActor } from '../people/actors.ts';
import { givePermissions, setRoles } from '../world/permissions.ts';
import { snowflake } from '../world/snowflake.ts';
import { newMember, type StoredUser } from '../world/world.ts';

interface Users {
  context: Context;
  /** Whether users of an earlier world are taken up by their names. */
  isTakenUp: boolean;
  defaultChannel(): string;
}

export function createUsers({ context, isTakenUp, defaultChannel }: Users) {
  const { world, gateway } = context;
  const actors = new Map<string, Actor>();

  function newUser(name: string): StoredUser {
    const globalName = name.charAt(0).toUpperCase() + name.slice(1);
    const stored = { id: snowflake(), name, globalName, bot: false, takesDms: true };
    world.users.set(stored.id, stored);
    for (const guild of world.guilds.values()) guild.members.set(stored.id, newMember());
    return stored;
  }

  function makeUser(name: string): Actor {
    const known = isTakenUp ? [...world.users.values()].find((one) => one.name === name) : undefined;
    const actor = createActor(context, known ?? newUser(name), defaultChannel);
    actors.set(name, actor);
    return actor;
  }

  return (name: string, wanted: UserOption = {}): Actor => {
    const actor = actors.get(name) ?? makeUser(name);
    const { permissions, nick, roles, globalName, bot, takesDms } = wanted;
    const stored = world.users.get(actor.id);
    if (stored) Object.assign(stored, defined({ globalName, bot, takesDms }));
    for (const guild of world.guilds.values()) {
      const member = guild.members.get(actor.id);
      if (!member) continue;
      Object.assign(member, defined({ nick }));
      if (roles) setRoles(guild, member, roles);
      if (permissions === undefined) continue;
      const made = givePermissions(guild, member, permissions);
      if (made) gateway.dispatch('GUILD_ROLE_CREATE', { guild_id: guild.id, role: made });
    }
    return actor;
  };
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
