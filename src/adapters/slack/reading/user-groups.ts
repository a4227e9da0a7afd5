/** A workspace's user groups and their members: Slack's form of roles. Needs the scope `usergroups:read`. */

import { createLookUps, createSlowTeams } from '../api/look-ups.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';

/** Slack's modals have no menu of user groups, so Parley fills one with these. */
export interface UserGroup {
  /** `S…`. */
  id: string;
  /** Without the `@`. */
  handle: string;
  name: string;
}

/** No method throws, or waits for Slack longer than a second. */
export interface UserGroups {
  /** The workspace's groups. Empty where Slack does not answer. */
  list(team: string): Promise<UserGroup[]>;
  /** Ids of the person's groups, up to a few minutes old. */
  of(team: string, user: string): Promise<string[]>;
}

interface Group extends UserGroup {
  users: string[];
}

const KEPT_MS = 5 * 60_000;
/** Look-ups a minute. Slack grants some 20 (usergroups.list, tier 2). */
const PER_MINUTE = 6;
/** Id of the look-up for all groups of a workspace. */
const ALL = '';

export function createUserGroups(workspaces: Workspaces, slow = createSlowTeams()): UserGroups {
  const known = createLookUps<Group[]>({
    slow,
    keptMs: KEPT_MS,
    perMinute: PER_MINUTE,
    async ask(team) {
      const workspace = await workspaces.of(team);
      const { usergroups } = (await workspace?.lookUps.usergroups.list({ include_users: true })) ?? {};
      return usergroups
        ?.filter(({ date_delete }) => !date_delete)
        .map(({ id = '', handle = '', name = '', users = [] }) => ({ id, handle, name, users }));
    },
  });
  const groups = async (team: string) => (await known.find(team, ALL)) ?? [];

  return {
    list: groups,
    of: async (team, user) =>
      (await groups(team)).filter(({ users }) => users.includes(user)).map(({ id }) => id),
  };
}
