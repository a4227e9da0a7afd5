/** The workspaces and organisations that Parley was installed in by OAuth. */
import { LRUCache } from 'lru-cache';
import type { Clients } from '../api/clients.ts';
import type { Installations, Installed } from './installations.ts';
import type { InstalledPlace, InstalledPlaces } from './installed.ts';
import type { OrgTeams } from './org-teams.ts';
import {
  authorizeResultOf,
  NotInstalled,
  type Workspace,
  type WorkspaceSource,
  workspaceOf,
} from './workspaces.ts';

export interface ManyWorkspacesOptions {
  installations: Installations;
  places: InstalledPlaces;
  orgTeams: OrgTeams;
  clients: Clients;
}

export interface ManyWorkspaces extends WorkspaceSource {
  /** Called when a workspace or an organisation has a new token. */
  stored(place: InstalledPlace): Promise<void>;
}

/** Workspaces whose clients are kept. The clients of others are made anew when they are needed. */
const MOST_WORKSPACES = 500;

export function createManyWorkspaces(options: ManyWorkspacesOptions): ManyWorkspaces {
  const { installations, places, orgTeams, clients } = options;
  const { installedIn, ofOrg, ofTeam } = createLookUps(options);
  const known = new LRUCache<string, Workspace>({ max: MOST_WORKSPACES });
  /** Counts the changes of tokens. The result of a look-up that began before a change is not kept. */
  let version = 0;

  /** Drops all clients, since a workspace or an organisation has another token now, or none. */
  function changed(): void {
    version++;
    known.clear();
  }

  return {
    stored(place) {
      changed();
      return places.add(place);
    },
    start: async () => {},
    stop() {},
    whyNotReady: () => undefined,
    // Parley stays ready for all others when Slack refuses the token of one workspace.
    doubt() {},
    async of(team) {
      const before = known.get(team);
      if (before) return before;
      const asOf = version;
      const installed = await installedIn(team);
      if (!installed) return undefined;
      const { bot } = installed;
      const newest = async () => (await newestToken(installedIn, clients, team)) ?? bot.token;
      const workspace = workspaceOf(team, bot, clients, newest);
      if (asOf === version) known.set(team, workspace);
      return workspace;
    },
    async all() {
      const teams = await Promise.all(
        (await places.list()).map(({ id, isOrg }) => (isOrg ? orgTeams.teamsOf(id) : [id])),
      );
      return [...new Set(teams.flat())];
    },
    async authorize({ teamId, enterpriseId, isEnterpriseInstall }) {
      const isForOrg = isEnterpriseInstall && enterpriseId !== undefined;
      const installed = isForOrg ? await ofOrg(enterpriseId, teamId) : await ofTeam(teamId);
      const team = teamId ?? enterpriseId;
      if (!installed || team === undefined) throw new NotInstalled();
      return authorizeResultOf(team, installed.bot);
    },
    async removed({ team, org }, at, forget) {
      const id = org ?? team;
      if (id === undefined) return;
      const installed = org === undefined ? await installedIn(id) : await installations.find(id);
      // Slack may repeat an event for minutes, and Parley may have been installed again meanwhile.
      if (installed && Math.floor(installed.at / 1000) > at) return;
      // If an organisation removes Parley from one workspace, its other workspaces keep Parley.
      if (org !== undefined || installed?.bot.isOrgWide !== true) await installations.remove(id);
      await places.remove(id);
      changed();
      for (const each of org === undefined ? [id] : await orgTeams.teamsOf(id)) await forget(each);
      if (org !== undefined) await orgTeams.forget(org);
    },
  };
}

/** Finds installations, and notes where Parley is installed. */
function createLookUps({ installations, places, orgTeams }: ManyWorkspacesOptions) {
  /** The workspace's own installation, else that of its organisation. */
  async function installedIn(team: string): Promise<Installed | undefined> {
    const own = await installations.find(team);
    if (own) return own;
    const org = await orgTeams.orgOf(team);
    return org === undefined ? undefined : installations.find(org);
  }

  async function ofOrg(org: string, team: string | undefined): Promise<Installed | undefined> {
    const installed = await installations.find(org);
    if (installed && team !== undefined) await orgTeams.learn(team, org);
    // Parley may have been installed there before it kept this list.
    if (installed) await places.add({ id: org, isOrg: true });
    return installed;
  }

  async function ofTeam(team: string | undefined): Promise<Installed | undefined> {
    const installed = team === undefined ? undefined : await installedIn(team);
    if (installed && team !== undefined) await places.add({ id: team, isOrg: false });
    return installed;
  }

  return { installedIn, ofOrg, ofTeam };
}

/** A workspace's newest token. Where tokens expire, a test call replaces an expired one. */
async function newestToken(
  installedIn: (team: string) => Promise<Installed | undefined>,
  clients: Clients,
  team: string,
): Promise<string | undefined> {
  const installed = await installedIn(team);
  if (installed?.tokens.refreshToken === undefined) return installed?.bot.token;
  await clients
    .once(installed.bot.token)
    .auth.test()
    .catch(() => {});
  return (await installedIn(team))?.bot.token;
}
