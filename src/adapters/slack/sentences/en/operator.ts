/** English sentences for the operator: settings that do not go together, and why Slack does not work. */

export const oneOrMany =
  'SLACK_BOT_TOKEN is for one workspace, SLACK_STATE_SECRET for many. Remove one of them.';
export const twoWaysIn =
  'SLACK_APP_TOKEN is for Socket Mode, SLACK_SIGNING_SECRET for requests to /slack/events. Remove one of them.';
export const missing = (name: keyof typeof sources, beside: string) =>
  `${name} is missing beside ${beside}. ${sources[name]}`;

/** Where to get each setting. */
const sources = {
  SLACK_BOT_TOKEN:
    'Copy it from the page of your Slack app (OAuth & Permissions, after installing it), or set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET to be installed into many workspaces.',
  SLACK_APP_TOKEN:
    'Make it on the page of your Slack app (Basic Information, App-Level Tokens) with the scope connections:write, or set SLACK_SIGNING_SECRET to have Slack send its requests to /slack/events.',
  SLACK_CLIENT_ID: 'Copy it from the page of your Slack app (Basic Information, App Credentials).',
  SLACK_CLIENT_SECRET: 'Copy it from the page of your Slack app (Basic Information, App Credentials).',
  SLACK_STATE_SECRET: 'Make one up, such as with `openssl rand -hex 32`.',
};

export const noSigningSecret =
  'SLACK_SIGNING_SECRET is empty, so that nothing of what arrives could be trusted. Set it.';
export const appTokenRefused =
  'SLACK_APP_TOKEN is not accepted by Slack. Make a new one on the page of your app (Basic Information, App-Level Tokens) with the scope connections:write.';
export const socketModeOff =
  'Socket Mode is turned off for this Slack app. Turn it on on the page of your app (Socket Mode), or set SLACK_SIGNING_SECRET in place of SLACK_APP_TOKEN.';
export const botTokenRefused =
  'SLACK_BOT_TOKEN is not accepted by Slack. Copy the Bot User OAuth Token again from the page of your app (OAuth & Permissions); if there is none, install the app to the workspace first.';
export const removedFromWorkspace = 'Parley was removed from the Slack workspace of SLACK_BOT_TOKEN';
export const notRefreshed =
  'Slack does not refresh the token of a workspace. An admin of it has to install Parley again by /slack/install.';
export const missingHistoryScope =
  'The Slack app lacks a scope, so that some of what is said while Parley is not connected is not answered. Add the scope on the page of your app (OAuth & Permissions), and install the app again.';
