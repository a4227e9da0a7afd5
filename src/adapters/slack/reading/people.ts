/** Who people are: their names, and whether they may manage the workspace. */
import { seenName } from '../../../core/text/unseen.ts';
import { createLookUps, type SlowTeams } from '../api/look-ups.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';

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
  /** As Slack says now, or said last if it does not answer. */
  now(team: string, user: string): Promise<Person | undefined>;
  /** The same of one thing; false if Slack never answered. */
  isAdmin(team: string, user: string): Promise<boolean>;
  /** The name of a channel that everyone in the workspace may find, or of the one where it is read. */
  channelName(team: string, channel: string, readIn: string): Promise<string | undefined>;
}

const KEPT_MS = 3_600_000;
/**
 * Names asked for in a minute: Slack grants some 100 people (users.info, tier 4) and 50 channels
 * (conversations.info, tier 3). Of several processes each hears of a mention, since it comes as two events.
 */
const PER_MINUTE = { people: 90, channels: 40 };
const PER_MINUTE_SHARED = { people: 30, channels: 15 };
const NAME_CHARACTERS = 40;
/** Slack: 80 characters a channel's name (conversations.create). */
const CHANNEL_CHARACTERS = 80;

/** The first of the names in which there is something to see. */
export function nameIn(names: (string | null | undefined)[]): string {
  return names.map((name) => seenName(name ?? '', NAME_CHARACTERS)).find((name) => name !== '') ?? '';
}

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
