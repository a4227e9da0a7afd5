/** The Slack workspaces that Parley is installed in, each with its own token. */
import type { WebClient } from '@slack/web-api';

export interface Workspace {
  /** The id by which settings, keys and conversations are kept: the workspace's, of an org-wide installation too. */
  team: string;
  /** Of the app's bot, as `<@…>` mentions it. */
  botUserId: string;
  botId: string;
  /** For posts, modals and look-ups; waits where Slack wants it to. */
  client: WebClient;
  /** For edits and streams, of which no call may hold up another: rejects when rate-limited, and tries once. */
  edits: WebClient;
}

export interface Workspaces {
  /** Undefined where Parley is not installed (any more). @throws StoreError */
  of(team: string): Promise<Workspace | undefined>;
}
