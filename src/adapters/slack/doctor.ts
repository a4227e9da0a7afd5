/** Checks Slack for `doctor`, without Slack's libraries, which would connect. */

import { createBoundedFetch } from '../../core/bounded-fetch.ts';
import type { Finding } from '../../core/platform.ts';
import { trimEndOf } from '../../core/text/trim-end.ts';
import type { CheckContext } from '../platform.ts';
import { type SlackConfig, slackTokensOf } from './config.ts';
import { SCOPES } from './manifest.ts';

const DEADLINE_MS = 10_000;
const boundedFetch = createBoundedFetch(() => 2 ** 20);

/** A finding for the bot's side, one for the way in, and one where anybody can install it. */
export async function checkSlack(config: SlackConfig, { isOpenTo }: CheckContext): Promise<Finding[]> {
  const what = 'slack';
  const tokens = slackTokensOf(config);
  if (!tokens) return [{ what, state: 'note', says: 'off; set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for it' }];
  const { apiUrl, botToken, appToken } = tokens;
  const { host } = new URL(apiUrl);
  const findings: Finding[] = [];
  const check = async (method: string, name: string, token: string, judge: SlackJudge) => {
    const answer = await askSlack(`${apiUrl}${method}`, token);
    const problem =
      typeof answer === 'string'
        ? answer
        : answer.error !== undefined && `does not accept ${name} (${answer.error}). ${SLACK_WAYS_OUT[name]}`;
    if (problem) findings.push({ what, state: 'failed', says: `${host} ${problem}` });
    else if (typeof answer !== 'string') findings.push({ what, ...judge(answer) });
  };
  if (botToken !== undefined) {
    await check('auth.test', 'SLACK_BOT_TOKEN', botToken, ({ user, team, scopes }) => {
      const missing = scopes ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
      return missing.length === 0
        ? { state: 'ok', says: `the bot token is that of ${name(user)} in ${name(team)}` }
        : {
            state: 'failed',
            says: `${name(user)} in ${name(team)} lacks ${missing.join(', ')}. Give the app the manifest in slack/ again, and reinstall it`,
          };
    });
  } else {
    const base = trimEndOf(config.PUBLIC_URL ?? '', /\//);
    findings.push({ what, state: 'ok', says: `will be installed into workspaces at ${base}/slack/install` });
  }
  if (appToken !== undefined) {
    await check('apps.connections.open', 'SLACK_APP_TOKEN', appToken, () => ({
      state: 'ok',
      says: 'the app token opens Socket Mode',
    }));
  } else {
    findings.push({
      what,
      state: 'ok',
      says: 'requests will be taken at /slack/events, where they are signed',
    });
  }
  if (tokens.oauth && isOpenTo('workspace')) findings.push(OPEN_TO_WORKSPACES);
  return findings;
}

const OPEN_TO_WORKSPACES: Finding = {
  what: 'limits',
  state: 'warning',
  says: 'anybody can install Parley into a Slack workspace of theirs and is answered at your expense. Set ALLOWED_WORKSPACES to the ids of yours',
};

type SlackJudge = (answer: SlackAnswer) => Omit<Finding, 'what'>;

interface SlackAnswer {
  /** Slack's code, where it refuses. */
  error?: string | undefined;
  user?: unknown;
  team?: unknown;
  /** Those of the token. */
  scopes?: string[] | undefined;
}

const SLACK_WAYS_OUT: Record<string, string> = {
  SLACK_BOT_TOKEN: 'Copy it again from the page of your app (OAuth & Permissions)',
  SLACK_APP_TOKEN:
    'Make a new one on the page of your app (Basic Information, App-Level Tokens) with the scope connections:write, and turn on Socket Mode',
};

/** Slack's answer, or the end of a sentence that says why there is none. */
async function askSlack(url: string, token: string): Promise<SlackAnswer | string> {
  const notSlack = 'answers, but not as Slack does. Check SLACK_API_URL';
  try {
    const response = await boundedFetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!response.ok) return `answers with ${response.status}. Try again in a while, or check SLACK_API_URL`;
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || !('ok' in body)) return notSlack;
    const { ok, error, user, team } = body as Record<string, unknown>;
    const scopes = response.headers
      .get('x-oauth-scopes')
      ?.split(',')
      .map((scope) => scope.trim());
    // Only what is a code of Slack's is shown: anything else could be anything.
    if (ok !== true) return typeof error === 'string' && /^[a-z_]{1,80}$/.test(error) ? { error } : notSlack;
    return { user, team, scopes };
  } catch (error) {
    if (error instanceof SyntaxError) return notSlack;
    return 'cannot be reached. Check the network, or SLACK_API_URL';
  }
}

function name(given: unknown): string {
  return JSON.stringify(given ?? '');
}
