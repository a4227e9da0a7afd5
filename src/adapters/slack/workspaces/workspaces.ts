/** The Slack workspaces that Parley is installed in, each with its own token. */
import type { Authorize, AuthorizeResult } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Clients } from '../api/clients.ts';

export interface Workspace {
  /** The id by which settings, keys and conversations are kept: the workspace's, of an org-wide installation too. */
  team: string;
  /** The user id of the app's bot, as `<@…>` mentions it. */
  botUserId: string;
  botId: string;
  /** For posts, modals and look-ups; waits where Slack wants it to. */
  client: WebClient;
  /** For answers and what is read for them, which may hold up nothing else: rejects when rate-limited, and tries once. */
  edits: WebClient;
  /** A client for names only, so that hanging calls do not delay answers. Also rejects when rate-limited. */
  lookUps: WebClient;
  /** The token for fetching files; a rotated token changes. */
  token(): Promise<string>;
}

export interface Workspaces {
  /** Undefined where Parley is not installed (any more). @throws StoreError */
  of(team: string): Promise<Workspace | undefined>;
  /**
   * The ids of those that Parley is installed in, as far as it has heard of them. Resolves once that can be known.
   * @throws StoreError, or what keeps it from finding out
   */
  all(): Promise<string[]>;
  /** A call was refused as if the token of that workspace were no good: whether it is, is found out. */
  doubt(team: string): void;
}

/** Workspaces, and how Bolt and the connection learn of them. */
export interface WorkspaceSource extends Workspaces {
  /** @throws NotInstalled, or what keeps it from finding out */
  authorize: Authorize<boolean>;
  /** Finds out what can be known before anything arrives. @throws AdapterError where a token is refused */
  start(): Promise<void>;
  stop(): void;
  whyNotReady(): string | undefined;
  /**
   * Parley was removed, from a workspace or from a whole organisation. Done again, it finishes what a crash cut short.
   * @param at when, seconds since 1970
   * @param forget removes all of a workspace's data
   */
  removed(from: RemovedFrom, at: number, forget: (team: string) => Promise<void>): Promise<void>;
}

export interface RemovedFrom {
  team?: string | undefined;
  /** Only where the installation was the organisation's. */
  org?: string | undefined;
}

/** An event of a workspace that Parley has no token for. */
export class NotInstalled extends Error {
  override name = 'NotInstalled';
}

/** Who the bot of a token is. */
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

/** For Bolt, whose context it becomes. */
export function authorizeResultOf(team: string, { token, botId, botUserId }: Bot): AuthorizeResult {
  return { teamId: team, botToken: token, botId, botUserId };
}
