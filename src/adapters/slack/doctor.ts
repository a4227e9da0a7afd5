/** Checks Slack for `doctor`, without Slack's libraries, which would connect. */

import { createBoundedFetch } from '../../core/network/bounded-fetch.ts';
import type { Finding } from '../../core/platform.ts';
import { trimEndOf } from '../../core/text/trim-end.ts';
import type { CheckContext } from '../platform.ts';
import { type SlackConfig, slackTokensOf } from './config.ts';
import { SCOPES } from './manifest.ts';
import { en } from './sentences/en.ts';

const DEADLINE_MS = 10_000;
const boundedFetch = createBoundedFetch(() => 2 ** 20);

/** A finding about the bot token, one about the way of events, and one if anybody can install Parley. */
export async function checkSlack(config: SlackConfig, { isOpenTo }: CheckContext): Promise<Finding[]> {
  const what = 'slack';
  const tokens = slackTokensOf(config);
  if (!tokens) return [{ what, state: 'note', says: en.doctor.off }];
  const { apiUrl, botToken, appToken } = tokens;
  const { host } = new URL(apiUrl);
  const findings: Finding[] = [];
  const check = async (method: string, name: TokenName, token: string, judge: SlackJudge) => {
    const answer = await askSlack(`${apiUrl}${method}`, token);
    const problem =
      typeof answer === 'string'
        ? answer
        : answer.error !== undefined && en.doctor.tokenRefused(host, name, answer.error);
    if (problem) findings.push({ what, state: 'failed', says: problem });
    else if (typeof answer !== 'string') findings.push({ what, ...judge(answer) });
  };
  if (botToken !== undefined) {
    await check('auth.test', 'SLACK_BOT_TOKEN', botToken, ({ user, team, scopes }) => {
      const missing = scopes ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
      return missing.length === 0
        ? { state: 'ok', says: en.doctor.botKnown(name(user), name(team)) }
        : {
            state: 'failed',
            says: en.doctor.scopesMissing(name(user), name(team), missing),
          };
    });
  } else {
    const base = trimEndOf(config.PUBLIC_URL ?? '', /\//);
    findings.push({ what, state: 'ok', says: en.doctor.installedAt(base) });
  }
  if (appToken !== undefined) {
    await check('apps.connections.open', 'SLACK_APP_TOKEN', appToken, () => ({
      state: 'ok',
      says: en.doctor.socketModeOpens,
    }));
  } else {
    findings.push({
      what,
      state: 'ok',
      says: en.doctor.signedRequests,
    });
  }
  if (tokens.oauth && isOpenTo('workspace')) findings.push(OPEN_TO_WORKSPACES);
  return findings;
}

const OPEN_TO_WORKSPACES: Finding = {
  what: 'limits',
  state: 'warning',
  says: en.doctor.openToWorkspaces,
};

type SlackJudge = (answer: SlackAnswer) => Omit<Finding, 'what'>;

interface SlackAnswer {
  /** Slack's code, if Slack refuses. */
  error?: string | undefined;
  user?: unknown;
  team?: unknown;
  /** The token's scopes. */
  scopes?: string[] | undefined;
}

type TokenName = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/** Slack's answer. Without one, the sentence that says why. */
async function askSlack(url: string, token: string): Promise<SlackAnswer | string> {
  const { host } = new URL(url);
  const notSlack = en.doctor.notSlack(host);
  try {
    const response = await boundedFetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!response.ok) return en.doctor.failing(host, response.status);
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || !('ok' in body)) return notSlack;
    const { ok, error, user, team } = body as Record<string, unknown>;
    const scopes = response.headers
      .get('x-oauth-scopes')
      ?.split(',')
      .map((scope) => scope.trim());
    // Only a code of Slack's is shown, since another server could send any text.
    if (ok !== true) return typeof error === 'string' && /^[a-z_]{1,80}$/.test(error) ? { error } : notSlack;
    return { user, team, scopes };
  } catch (error) {
    if (error instanceof SyntaxError) return notSlack;
    return en.doctor.unreachable(host);
  }
}

function name(given: unknown): string {
  return JSON.stringify(given ?? '');
}
