/** What Parley needs of a Slack app. The manifests in `slack/` are held to it by a test. */

/** The events it listens for, as the manifest names them. */
export const BOT_EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'channel_deleted',
  'group_deleted',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'tokens_revoked',
];

/** What it listens for besides where the app is an agent. */
export const AGENT_EVENTS = ['agent_session_stopped'];

/** What it is allowed to do, and so what installing it asks for. */
export const SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'usergroups:read',
  'users:read',
];

export const AGENT_SCOPES = ['assistant:write'];
