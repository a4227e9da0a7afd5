/** Who people are: their names, and whether they may manage the workspace. */
import { LRUCache } from 'lru-cache';
import { lineOf } from './text.ts';
import type { Workspaces } from './workspaces.ts';

export interface Person {
  name: string;
  /** A workspace admin or owner; asked anew for each decision, since it can be taken away. */
  isAdmin: boolean;
  /** The workspace they belong to, which is another one where a channel is shared. */
  team: string;
}

export interface People {
  /** As last seen; asked where that is long ago. Never throws. */
  find(team: string, user: string): Promise<Person | undefined>;
  /** As Slack says now; false where it does not. */
  isAdmin(team: string, user: string): Promise<boolean>;
  channelName(team: string, channel: string): Promise<string | undefined>;
}

const MOST_KNOWN = 20_000;
const KEPT_MS = 3_600_000;

export function createPeople(workspaces: Workspaces): People {
  const people = new LRUCache<string, Person>({ max: MOST_KNOWN, ttl: KEPT_MS });
  const channels = new LRUCache<string, string>({ max: MOST_KNOWN, ttl: KEPT_MS });

  async function ask(team: string, user: string): Promise<Person | undefined> {
    try {
      const workspace = await workspaces.of(team);
      const { user: found } = (await workspace?.client.users.info({ user })) ?? {};
      if (!found) return undefined;
      const { profile, real_name, name = '', is_admin, is_owner } = found;
      const person = {
        name: lineOf(profile?.display_name || profile?.real_name || real_name || name),
        isAdmin: Boolean(is_admin || is_owner),
        team: found.team_id ?? team,
      };
      people.set(`${team} ${user}`, person);
      return person;
    } catch {
      return undefined;
    }
  }

  return {
    find: async (team, user) => people.get(`${team} ${user}`) ?? (await ask(team, user)),
    isAdmin: async (team, user) => (await ask(team, user))?.isAdmin ?? false,
    async channelName(team, channel) {
      const key = `${team} ${channel}`;
      const known = channels.get(key);
      if (known !== undefined) return known;
      try {
        const workspace = await workspaces.of(team);
        const name = (await workspace?.client.conversations.info({ channel }))?.channel?.name ?? '';
        channels.set(key, name);
        return name;
      } catch {
        return undefined;
      }
    },
  };
}
