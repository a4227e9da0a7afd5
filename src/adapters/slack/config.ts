/** The settings of Slack, and which of them go together. */
import type { z } from 'zod';
import { address, idsOf, token } from '../../config-fields.ts';
import { workspaceIds } from './ids.ts';
import { en } from './sentences/en.ts';

const SLACK_API_URL = 'https://slack.com/api/';
const OTHER_TOKENS = "the others on Slack's pages are for something else";

export const slackSettings = {
  SLACK_BOT_TOKEN: token('The bot token (xoxb-…) of one Slack workspace; turns Slack on', {
    text: 'xoxb-',
    otherwise: OTHER_TOKENS,
  }),
  SLACK_APP_TOKEN: token('The app-level token (xapp-…), for Socket Mode', {
    text: 'xapp-',
    otherwise: OTHER_TOKENS,
  }),
  SLACK_SIGNING_SECRET: token(
    'The signing secret, instead of SLACK_APP_TOKEN: Slack then sends its requests to /slack/events',
  ),
  SLACK_CLIENT_ID: token(
    'The client id. With SLACK_STATE_SECRET, instead of SLACK_BOT_TOKEN: many workspaces can then install Parley at /slack/install. With PUBLIC_URL: people sign in to the page with Slack; that needs `PUBLIC_URL/sign-in/slack/callback` as a redirect URL there',
  ),
  SLACK_CLIENT_SECRET: token('The client secret; needed with SLACK_CLIENT_ID'),
  SLACK_STATE_SECRET: token(
    'Any long random text, with which Parley signs installations under way; needed with SLACK_CLIENT_ID where many workspaces install Parley',
  ),
  SLACK_API_URL: address(SLACK_API_URL)
    .transform((url) => `${url}/`)
    .default(SLACK_API_URL)
    .meta({ shown: SLACK_API_URL, meaning: "The address of Slack's Web API" }),
  ALLOWED_WORKSPACES: idsOf(
    [workspaceIds],
    'Slack workspaces that Parley answers, as team ids separated by commas; empty: all',
  ),
  BLOCKED_WORKSPACES: idsOf(
    [workspaceIds],
    'Slack workspaces that Parley does not answer, even if they are in ALLOWED_WORKSPACES',
  ),
};

export type SlackConfig = z.output<z.ZodObject<typeof slackSettings>> & {
  /** The address at which people and Slack reach Parley's routes. */
  PUBLIC_URL?: string | undefined;
};

/** The tokens and addresses of the connection to Slack. Undefined if Slack is off. */
export function slackTokensOf(config: SlackConfig) {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: stateSecret,
  } = config;
  const oauth = clientId && clientSecret && stateSecret ? { clientId, clientSecret, stateSecret } : undefined;
  if (botToken === undefined && !oauth) return undefined;
  return {
    apiUrl: config.SLACK_API_URL,
    publicUrl: config.PUBLIC_URL,
    botToken,
    oauth,
    appToken,
    signingSecret,
  };
}

/** Sentences about settings that are missing for the connection to Slack, or that exclude each other. */
export function slackProblems(has: (name: keyof SlackConfig) => boolean): string[] {
  const installs = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'] as const;
  const [given] = installs.filter(has);
  const isOne = has('SLACK_BOT_TOKEN');
  const isSocket = has('SLACK_APP_TOKEN');
  const isHttp = has('SLACK_SIGNING_SECRET');
  if (!isOne && !given && !isSocket && !isHttp) return [];
  const { operator } = en;
  const problems: string[] = [];
  // Beside the bot token, or with nothing else, the client signs people in to the page.
  const signsIn = !has('SLACK_STATE_SECRET') && has('SLACK_CLIENT_ID') && has('SLACK_CLIENT_SECRET');
  if (signsIn && !isOne && !isSocket && !isHttp) return [];
  const wanted = isOne ? installs.slice(0, 2) : installs;
  if (isOne && has('SLACK_STATE_SECRET')) {
    problems.push(operator.oneOrMany);
  } else if (given) {
    for (const name of wanted.filter((name) => !has(name))) {
      problems.push(operator.missing(name, given));
    }
  } else if (!isOne) {
    problems.push(operator.missing('SLACK_BOT_TOKEN', isSocket ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET'));
  }
  if (isSocket && isHttp) {
    problems.push(operator.twoWaysIn);
  } else if (!isSocket && !isHttp) {
    problems.push(operator.missing('SLACK_APP_TOKEN', given ?? 'SLACK_BOT_TOKEN'));
  }
  return problems;
}
