/** The Slack workspaces that Parley is installed in, each with its own token. */
import type { Authorize, AuthorizeResult } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Clients } from '../api/clients.ts';

export interface Workspace {
  /** The workspace's id, by which settings, keys and conversations are kept, also of an org-wide installation. */
  team: string;
  /** The user id of the app's bot, as `<@…>` mentions it. */
  botUserId: string;
  botId: string;
  /** For posts, modals and look-ups. Waits when Slack limits the rate. */
  client: WebClient;
  /** For answers and what is read for them. Tries once, and rejects when rate-limited, so that nothing waits for it. */
  edits: WebClient;
  /** For names only, so that hanging calls do not delay answers. Also rejects when rate-limited. */
  lookUps: WebClient;
  /** The token for fetching files. With token rotation it changes. */
  token(): Promise<string>;
}

export interface Workspaces {
  /** Undefined where Parley is not installed (any more). @throws StoreError */
  of(team: string): Promise<Workspace | undefined>;
  /**
   * Ids of the workspaces that Parley is installed in, as far as it has heard of them. Resolves once Parley can know.
   * @throws StoreError, or the failure that keeps Parley from finding out
   */
  all(): Promise<string[]>;
  /** Called when Slack refused a call as if the workspace's token were invalid. Finds out whether it is. */
  doubt(team: string): void;
}

/** Workspaces, and how Bolt and the connection learn of them. */
export interface WorkspaceSource extends Workspaces {
  /** @throws NotInstalled, or the failure that keeps Parley from finding out */
  authorize: Authorize<boolean>;
  /** Finds out what can be known before the first event. @throws AdapterError where a token is refused */
  start(): Promise<void>;
  stop(): void;
  whyNotReady(): string | undefined;
  /**
   * Called when Parley was removed from a workspace, or from a whole organisation. Deletes all data of it. A second call
   * finishes what a crash cut short.
   * @param at when Parley was removed, seconds since 1970
   * @param forget deletes all data of a workspace
   */
  removed(from: RemovedFrom, at: number, forget: (team: string) => Promise<void>): Promise<void>;
}

export interface RemovedFrom {
  team?: string | undefined;
  /** Absent where the installation was one workspace's. */
  org?: string | undefined;
}

/** Thrown for an event of a workspace that Parley has no token for. */
export class NotInstalled extends Error {
  override name = 'NotInstalled';
}

/** The bot that a token belongs to. */
export interface Bot {
  token: string;
  botId: string;
  botUserId: string;
  /** Whether the token is an organisation's, so that calls have to name the workspace. */
  isOrgWide: boolean;
}

export function workspaceOf(
  team: string,
  { token, botId, botUserId, isOrgWide }: Bot,
  clients: Clients,
  newestToken: () => Promise<string> = async () => token,
): Workspace {
  const teamId = isOrgWide ? team : undefined;
  return {
    team,
    botUserId,
    botId,
    client: clients.patient(token, teamId),
    edits: clients.once(token, teamId),
    lookUps: clients.once(token, teamId),
    token: newestToken,
  };
}

/** The result of `authorize`, which Bolt puts into the context of an event. */
export function authorizeResultOf(team: string, { token, botId, botUserId }: Bot): AuthorizeResult {
  return { teamId: team, botToken: token, botId, botUserId };
}
