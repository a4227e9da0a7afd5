/**
 * The workspaces of each organisation that Parley is installed in as a whole. Events tell them. Parley keeps them,
 * since it needs them without an event: for answers that continue after a restart, and when an organisation removes it.
 */

import { createLanes } from '../../../core/lanes.ts';
import type { AdapterState } from '../../../core/platform.ts';
import { createRecent } from '../../../core/recent.ts';

/** All throw StoreError. */
export interface OrgTeams {
  learn(team: string, org: string): Promise<void>;
  orgOf(team: string): Promise<string | undefined>;
  teamsOf(org: string): Promise<string[]>;
  forget(org: string): Promise<void>;
}

const MOST_REMEMBERED = 10_000;
const orgNote = (team: string) => `org-of|${team}`;
const teamsNote = (org: string) => `teams-of|${org}`;

export function createOrgTeams(adapterState: AdapterState): OrgTeams {
  const lanes = createLanes();
  const learned = createRecent<string, string>(MOST_REMEMBERED);
  const teamsOf = async (org: string) => (await adapterState.read<string[]>(teamsNote(org))) ?? [];
  return {
    teamsOf,
    orgOf: async (team) => learned.get(team) ?? adapterState.read<string>(orgNote(team)),
    async learn(team, org) {
      if (learned.get(team) === org) return;
      await lanes.run(org, async () => {
        const teams = await teamsOf(org);
        if (!teams.includes(team)) await adapterState.write(teamsNote(org), [...teams, team]);
        await adapterState.write(orgNote(team), org);
      });
      learned.set(team, org);
    },
    forget: (org) =>
      lanes.run(org, async () => {
        const teams = await teamsOf(org);
        for (const team of teams) learned.delete(team);
        await adapterState.remove(teamsNote(org), ...teams.map(orgNote));
      }),
  };
}
