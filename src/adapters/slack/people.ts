/** Who people are: their names, and whether they may manage the workspace. */
import { createLookUps, type SlowTeams } from './look-ups.ts';
import { lineOf } from './text.ts';
import type { Workspaces } from './workspaces.ts';

export interface Person {
  name: string;
  /** A workspace admin or owner; asked anew for each decision, since it can be taken away. */
  isAdmin: boolean;
  /** The workspace they belong to, which is another one where a channel is shared. */
  team: string;
}

/** No method throws, or waits for Slack longer than a second. */
export interface People {
  /** The last known value; Slack is asked if it is old. */
  find(team: string, user: string): Promise<Person | undefined>;
  /** As Slack says now, or said last if it does not answer; false if it never did. */
  isAdmin(team: string, user: string): Promise<boolean>;
  channelName(team: string, channel: string): Promise<string | undefined>;
}

const KEPT_MS = 3_600_000;
/**
 * Names asked for in a minute: Slack grants some 100 people (users.info, tier 4) and 50 channels
 * (conversations.info, tier 3). Of several processes each hears of a mention, since it comes as two events.
 */
const PER_MINUTE = { people: 90, channels: 40 };
const PER_MINUTE_SHARED = { people: 30, channels: 15 };

export interface PeopleOptions {
  slow: SlowTeams;
  /** Several processes answer in the same workspaces. */
  isShared: boolean;
}

export function createPeople(workspaces: Workspaces, { slow, isShared }: PeopleOptions): People {
  const perMinute = isShared ? PER_MINUTE_SHARED : PER_MINUTE;
  const people = createLookUps<Person>({
    slow,
    keptMs: KEPT_MS,
    perMinute: perMinute.people,
    async ask(team, user) {
      const workspace = await workspaces.of(team);
      const { user: found } = (await workspace?.lookUps.users.info({ user })) ?? {};
      if (!found) return undefined;
      const { profile, real_name, name = '', is_admin, is_owner } = found;
      return {
        name: lineOf(profile?.display_name || profile?.real_name || real_name || name),
        isAdmin: Boolean(is_admin || is_owner),
        team: found.team_id ?? team,
      };
    },
  });
  const channels = createLookUps<{ name: string }>({
    slow,
    keptMs: KEPT_MS,
    perMinute: perMinute.channels,
    async ask(team, channel) {
      const workspace = await workspaces.of(team);
      const { channel: found } = (await workspace?.lookUps.conversations.info({ channel })) ?? {};
      return found && { name: found.name ?? '' };
    },
  });

  return {
    find: people.find,
    isAdmin: async (team, user) => (await people.now(team, user))?.isAdmin ?? false,
    channelName: async (team, channel) => (await channels.find(team, channel))?.name,
  };
}
