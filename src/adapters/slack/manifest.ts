/** Events and scopes that Parley's Slack app needs. A test holds the manifests beside this file to them. */

/** The events that Parley listens for, as the manifest names them. */
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

/** Events that Parley also listens for where the app is an agent. */
export const AGENT_EVENTS = ['agent_session_stopped'];

/** Scopes of the bot. Slack asks the person who installs the app for them. */
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
