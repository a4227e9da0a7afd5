/** The one workspace of SLACK_BOT_TOKEN, or the organisation where that is an org-wide token. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AdapterError } from '../../../core/errors.ts';
import type { Clients } from '../api/clients.ts';
import { isRefusedToken } from '../api/error-codes.ts';
import { loggable } from '../api/errors.ts';
import type { OrgTeams } from './org-teams.ts';
import {
  authorizeResultOf,
  type Bot,
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

interface Identity {
  /** The workspace's id; of an org-wide token, the organisation's. */
  id: string;
  bot: Bot;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** How long an event waits for it to be known who the bot is; Slack waits 3 s, and then sends it again. */
const AUTHORIZE_MS = 2_000;
/** Workspaces of an organisation whose clients are kept. */
const MOST_WORKSPACES = 500;

const REFUSED =
  'SLACK_BOT_TOKEN is not accepted by Slack. Copy the Bot User OAuth Token again from the page of your app (OAuth & Permissions); if there is none, install the app to the workspace first.';
const REMOVED = 'Parley was removed from the Slack workspace of SLACK_BOT_TOKEN';

export function createOneWorkspace({ token, orgTeams, clients, log }: OneWorkspaceOptions): WorkspaceSource {
  const stopping = new AbortController();
  const identified = Promise.withResolvers<Identity>();
  identified.promise.catch(() => {});
  const known = new LRUCache<string, Workspace>({ max: MOST_WORKSPACES });
  /** The workspaces that Parley was removed from, and when, in seconds since 1970. */
  const removed = new Map<string, number>();
  let problem: string | undefined = 'Slack is not connected yet';
  let isDoubted = false;

  /** @throws when it is not known soon enough for an event */
  async function identifiedSoon(): Promise<Identity> {
    const timer = new AbortController();
    try {
      const late = sleep(AUTHORIZE_MS, undefined, { ref: false, signal: timer.signal }).then(() => {
        throw new Error('it is not known yet who the bot is');
      });
      return await Promise.race([identified.promise, late]);
    } finally {
      timer.abort();
    }
  }

  async function identify(): Promise<void> {
    const client = clients.once(token);
    let wait = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      try {
        const { team_id = '', user_id = '', bot_id = '', is_enterprise_install } = await client.auth.test();
        const bot = { token, botUserId: user_id, botId: bot_id, isOrgWide: is_enterprise_install === true };
        problem = undefined;
        log.info({ team: team_id, bot: user_id }, 'slack workspace known');
        return identified.resolve({ id: team_id, bot });
      } catch (error) {
        if (isRefusedToken(error)) {
          problem = REFUSED;
          return identified.reject(new AdapterError(REFUSED));
        }
        problem = 'Slack cannot be reached';
        // The socket says the same each time it is tried.
        const level = wait === FIRST_RETRY_MS ? 'warn' : 'debug';
        log[level]({ code: loggable(error), againInMs: wait }, 'slack does not say who the bot is');
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {});
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      }
    }
    identified.reject(new Error('Parley stops'));
  }

  /** Until it is accepted again, which an admin can see to meanwhile. */
  async function verify(): Promise<void> {
    const client = clients.once(token);
    while (!stopping.signal.aborted && problem !== REMOVED) {
      try {
        await client.auth.test();
        if (problem === REFUSED) problem = undefined;
        return;
      } catch (error) {
        // Any other failure has no known meaning.
        if (!isRefusedToken(error) && problem !== REFUSED) return;
        if (problem === undefined) {
          problem = REFUSED;
          log.error({ code: loggable(error) }, REFUSED);
        }
        await sleep(LONGEST_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  /** An event in a workspace later than the removal shows that Parley is installed there again. */
  function readmit(own: string, team: string | undefined, body: object | undefined): void {
    const at = body && 'event_time' in body ? Number(body.event_time) : Number.NaN;
    for (const each of new Set([own, team ?? own])) {
      if (!(at > (removed.get(each) ?? Number.POSITIVE_INFINITY))) continue;
      removed.delete(each);
      if (each === own && problem === REMOVED) problem = undefined;
    }
  }

  return {
    doubt() {
      if (isDoubted || problem !== undefined) return;
      isDoubted = true;
      void verify().finally(() => {
        isDoubted = false;
      });
    },
    async start() {
      const running = identify();
      await Promise.race([identified.promise, running]);
    },
    stop: () => stopping.abort(),
    whyNotReady: () => problem,
    async of(team) {
      const { id, bot } = await identified.promise;
      if (removed.has(team) || removed.has(id) || (team !== id && !bot.isOrgWide)) return undefined;
      const workspace = known.get(team) ?? workspaceOf(team, bot, clients);
      known.set(team, workspace);
      return workspace;
    },
    async all() {
      const { id, bot } = await identified.promise;
      const teams = bot.isOrgWide ? await orgTeams.teamsOf(id) : [id];
      return teams.filter((team) => !removed.has(team) && !removed.has(id));
    },
    async authorize({ teamId }, body) {
      const { id, bot } = await identifiedSoon();
      if (bot.isOrgWide) {
        readmit(id, teamId, body);
        if (teamId !== undefined && teamId !== id) await orgTeams.learn(teamId, id);
        return authorizeResultOf(teamId ?? id, bot);
      }
      // A press by people of other workspaces in shared channels can name their workspace.
      if (teamId !== id && body !== undefined && 'event' in body) throw new NotInstalled();
      readmit(id, undefined, body);
      return authorizeResultOf(id, bot);
    },
    async removed({ team, org }, at, forget) {
      const { id, bot } = await identified.promise;
      const from = org ?? team;
      if (from === undefined || (from !== id && !bot.isOrgWide)) return;
      removed.set(from, at);
      if (from === id) problem = REMOVED;
      for (const each of org === undefined ? [from] : await orgTeams.teamsOf(org)) await forget(each);
      if (org !== undefined) await orgTeams.forget(org);
    },
  };
}
