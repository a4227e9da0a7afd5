/** The meaning of a failed call of Slack's Web API. */
import { WebAPIPlatformError } from '@slack/web-api';

/** Codes that mean Slack refuses the token, for every method. */
export const REFUSED_TOKENS: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'team_disabled',
  'token_expired',
  'token_revoked',
  'user_removed_from_team',
]);

/** Slack's code, such as `channel_not_found`. Undefined where Slack gave none, or did not answer. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined;
  // If the reply is no JSON, the library puts its whole text here.
  return isCode(error.data.error) ? error.data.error : undefined;
}

export function isRefusedToken(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && REFUSED_TOKENS.has(code);
}

export function isCode(said: unknown): said is string {
  return typeof said === 'string' && /^[a-z][a-z0-9_]{1,79}$/.test(said);
}
