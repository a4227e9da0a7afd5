/** Failures of OpenID Connect, as Parley tells them apart. */
import * as client from 'openid-client';
import { SignInFailure } from '../provider.ts';

/** The form of OAuth's error codes (RFC 6749, 4.1.2.1 and 5.2), and of the library's. */
const CODE = /^[A-Za-z_]{1,60}$/;
/** The person, or the service in their place, said no. */
const DECLINED = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required']);
const AWAY = new Set(['temporarily_unavailable', 'server_error', 'OAUTH_TIMEOUT', 'OAUTH_ABORT']);

export function failureOf(error: unknown): SignInFailure {
  for (const cause of causesOf(error)) if (cause instanceof SignInFailure) return cause;
  const code = codeOf(error);
  if (code === undefined) return new SignInFailure('refused', 'bug');
  if (AWAY.has(code)) return new SignInFailure('away', code);
  return new SignInFailure(DECLINED.has(code) ? 'declined' : 'refused', code);
}

/** Whether the issuer did not take the client's secret in the form in which it was sent. */
export function isWrongClient(error: unknown): boolean {
  if (error instanceof client.WWWAuthenticateChallengeError) return error.status === 401;
  return error instanceof client.ResponseBodyError && error.error === 'invalid_client';
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return CODE.test(error.error) ? error.error : 'error';
  if (error instanceof client.WWWAuthenticateChallengeError) return `status_${error.status}`;
  if (error instanceof client.ClientError) return error.code ?? 'invalid';
  return undefined;
}

/** The error and what caused it, the outermost first. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let each = error; each instanceof Error && causes.length < 10; each = each.cause) causes.push(each);
  return causes;
}
