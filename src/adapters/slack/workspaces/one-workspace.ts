/** The one workspace of SLACK_BOT_TOKEN, or the organisation where that is an org-wide token. */

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Clients } from '../api/clients.ts';
import { createBotToken } from './bot-token.ts';
import type { OrgTeams } from './org-teams.ts';
import {
  authorizeResultOf,
  NotInstalled,
  type Workspace,
  type WorkspaceSource,
  workspaceOf,
} from './workspaces.ts';

export interface OneWorkspaceOptions {
  token: string;
  orgTeams: OrgTeams;
  clients: Clients;
  log: Logger;
}

/** Workspaces of an organisation whose clients are kept. */
const MOST_WORKSPACES = 500;

export function createOneWorkspace({ token, orgTeams, clients, log }: OneWorkspaceOptions): WorkspaceSource {
  const botToken = createBotToken({ token, clients, log });
  const known = new LRUCache<string, Workspace>({ max: MOST_WORKSPACES });
  /** When Parley was removed, in seconds since 1970, by the id of the workspace or organisation. */
  const removed = new Map<string, number>();

  /** An event in a workspace later than the removal shows that Parley is installed there again. */
  function readmit(own: string, team: string | undefined, body: object | undefined): void {
    const at = body && 'event_time' in body ? Number(body.event_time) : Number.NaN;
    for (const each of new Set([own, team ?? own])) {
      if (!(at > (removed.get(each) ?? Number.POSITIVE_INFINITY))) continue;
      removed.delete(each);
      if (each === own) botToken.readmitted();
    }
  }

  return {
    start: botToken.start,
    stop: botToken.stop,
    whyNotReady: botToken.problem,
    doubt: botToken.doubt,
    async of(team) {
      const { id, bot } = await botToken.identity;
      if (removed.has(team) || removed.has(id) || (team !== id && !bot.isOrgWide)) return undefined;
      const workspace = known.get(team) ?? workspaceOf(team, bot, clients);
      known.set(team, workspace);
      return workspace;
    },
    async all() {
      const { id, bot } = await botToken.identity;
      const teams = bot.isOrgWide ? await orgTeams.teamsOf(id) : [id];
      return teams.filter((team) => !removed.has(team) && !removed.has(id));
    },
    async authorize({ teamId }, body) {
      const { id, bot } = await botToken.identitySoon();
      if (bot.isOrgWide) {
        readmit(id, teamId, body);
        if (teamId !== undefined && teamId !== id) await orgTeams.learn(teamId, id);
        return authorizeResultOf(teamId ?? id, bot);
      }
      // In a shared channel, a press by a person of another workspace can name that workspace.
      if (teamId !== id && body !== undefined && 'event' in body) throw new NotInstalled();
      readmit(id, undefined, body);
      return authorizeResultOf(id, bot);
    },
    async removed({ team, org }, at, forget) {
      const { id, bot } = await botToken.identity;
      const from = org ?? team;
      if (from === undefined || (from !== id && !bot.isOrgWide)) return;
      removed.set(from, at);
      if (from === id) botToken.removed();
      for (const each of org === undefined ? [from] : await orgTeams.teamsOf(org)) await forget(each);
      if (org !== undefined) await orgTeams.forget(org);
    },
  };
}
