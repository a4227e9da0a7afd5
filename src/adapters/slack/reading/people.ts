/** People and channels by their ids: names, and whether a person may manage the workspace. */
import { seenName } from '../../../core/text/unseen.ts';
import { createLookUps, type SlowTeams } from '../api/look-ups.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';

export interface Person {
  name: string;
  /** Whether the person is an admin or owner of the workspace. Ask anew for each decision, since this can change. */
  isAdmin: boolean;
  /** The person's own workspace. In a shared channel it may be another one. */
  team: string;
}

/** No method throws, or waits for Slack longer than a second. */
export interface People {
  /** The last known value. If that is old, Slack is asked. */
  find(team: string, user: string): Promise<Person | undefined>;
  /** Slack's value of now. If Slack does not answer, its last one. */
  now(team: string, user: string): Promise<Person | undefined>;
  /** The same for `isAdmin`. False if Slack never answered. */
  isAdmin(team: string, user: string): Promise<boolean>;
  /** The name of a public channel, or of the channel where the name is read. */
  channelName(team: string, channel: string, readIn: string): Promise<string | undefined>;
}

const KEPT_MS = 3_600_000;
/**
 * Look-ups a minute. Slack grants some 100 of people (users.info, tier 4) and 50 of channels (conversations.info, tier
 * 3). Several processes share these: a mention comes as two events, and each process may get one.
 */
const PER_MINUTE = { people: 90, channels: 40 };
const PER_MINUTE_SHARED = { people: 30, channels: 15 };
const NAME_CHARACTERS = 40;
/** Most characters of a channel's name (Slack: conversations.create). */
const CHANNEL_CHARACTERS = 80;

/** The first of the names that is visible. */
export function nameIn(names: (string | null | undefined)[]): string {
  return names.map((name) => seenName(name ?? '', NAME_CHARACTERS)).find((name) => name !== '') ?? '';
}

export interface PeopleOptions {
  slow: SlowTeams;
  /** Whether several processes may answer in the same workspaces. */
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
        name: nameIn([profile?.display_name, profile?.real_name, real_name, name]),
        isAdmin: Boolean(is_admin || is_owner),
        team: found.team_id ?? team,
      };
    },
  });
  const channels = createLookUps<{ name: string; isPublic: boolean }>({
    slow,
    keptMs: KEPT_MS,
    perMinute: perMinute.channels,
    async ask(team, channel) {
      const workspace = await workspaces.of(team);
      const { channel: found } = (await workspace?.lookUps.conversations.info({ channel })) ?? {};
      if (!found) return undefined;
      const isPublic = found.is_channel === true && found.is_private !== true;
      return { name: seenName(found.name ?? '', CHANNEL_CHARACTERS), isPublic };
    },
  });

  return {
    find: people.find,
    now: people.now,
    isAdmin: async (team, user) => (await people.now(team, user))?.isAdmin ?? false,
    async channelName(team, channel, readIn) {
      const found = await channels.find(team, channel);
      return found?.isPublic || channel === readIn ? found?.name : undefined;
    },
  };
}
