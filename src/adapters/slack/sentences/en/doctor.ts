/** English findings of `doctor` about Slack. They end without a full stop. */
export const off = 'off; set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for it';
export const botKnown = (bot: string, workspace: string) => `the bot token is that of ${bot} in ${workspace}`;
export const scopesMissing = (bot: string, workspace: string, scopes: string[]) =>
  `${bot} in ${workspace} lacks ${scopes.join(', ')}. Give the app the manifest in slack/ again, and reinstall it`;
export const installedAt = (baseUrl: string) =>
  `will be installed into workspaces at ${baseUrl}/slack/install`;
export const socketModeOpens = 'the app token opens Socket Mode';
export const signedRequests = 'requests will be taken at /slack/events, where they are signed';
export const openToWorkspaces =
  'anybody can install Parley into a Slack workspace of theirs and is answered at your expense. Set ALLOWED_WORKSPACES to the ids of yours';

/** @param code Slack's reason */
export const tokenRefused = (host: string, name: keyof typeof waysOut, code: string) =>
  `${host} does not accept ${name} (${code}). ${waysOut[name]}`;
const waysOut = {
  SLACK_BOT_TOKEN: 'Copy it again from the page of your app (OAuth & Permissions)',
  SLACK_APP_TOKEN:
    'Make a new one on the page of your app (Basic Information, App-Level Tokens) with the scope connections:write, and turn on Socket Mode',
};
export const notSlack = (host: string) => `${host} answers, but not as Slack does. Check SLACK_API_URL`;
export const failing = (host: string, status: number) =>
  `${host} answers with ${status}. Try again in a while, or check SLACK_API_URL`;
export const unreachable = (host: string) => `${host} cannot be reached. Check the network, or SLACK_API_URL`;
