/** A workspace's user groups and who is in them: what roles are elsewhere. Needs the scope `usergroups:read`. */
import { LRUCache } from 'lru-cache';
import type { UserGroup } from './forms.ts';
import type { Workspaces } from './workspaces.ts';

export interface UserGroups {
  /** None where Slack does not say. Never throws. */
  list(team: string): Promise<UserGroup[]>;
  /** The ids of the groups that someone is in, as of a few minutes ago. Never throws. */
  of(team: string, user: string): Promise<string[]>;
}

interface Group extends UserGroup {
  users: string[];
}

const MOST_TEAMS = 1_000;
/** Slack: some 20 calls a minute (usergroups.list, tier 2). */
const KEPT_MS = 5 * 60_000;

export function createUserGroups(workspaces: Workspaces): UserGroups {
  const known = new LRUCache<string, Promise<Group[]>>({ max: MOST_TEAMS, ttl: KEPT_MS });

  async function ask(team: string): Promise<Group[]> {
    const workspace = await workspaces.of(team);
    const { usergroups = [] } = (await workspace?.client.usergroups.list({ include_users: true })) ?? {};
    return usergroups
      .filter(({ date_delete }) => !date_delete)
      .map(({ id = '', handle = '', name = '', users = [] }) => ({ id, handle, name, users }));
  }

  async function groups(team: string): Promise<Group[]> {
    const asked = known.get(team) ?? ask(team);
    known.set(team, asked);
    try {
      return await asked;
    } catch {
      if (known.peek(team) === asked) known.delete(team);
      return [];
    }
  }

  return {
    list: groups,
    of: async (team, user) =>
      (await groups(team)).filter(({ users }) => users.includes(user)).map(({ id }) => id),
  };
}
