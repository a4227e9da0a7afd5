/** The meaning of a failed call of Slack's Web API. */
import { WebAPIPlatformError } from '@slack/web-api';

/** Errors after which the same token fails again, whatever it is used for. */
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

/** Slack's error, such as `channel_not_found`; undefined where it answered with none, or not at all. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined;
  // Where the answer is no JSON, the library puts all of it here.
  return isCode(error.data.error) ? error.data.error : undefined;
}

export function isRefusedToken(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && REFUSED_TOKENS.has(code);
}

export function isCode(said: unknown): said is string {
  return typeof said === 'string' && /^[a-z][a-z0-9_]{1,79}$/.test(said);
}
