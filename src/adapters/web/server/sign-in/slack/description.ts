/** Slack's description of itself, for its issuer and keys: /.well-known/openid-configuration (OpenID Connect Discovery, 4). */
import { ask, CALL_SECONDS } from '../oidc/calls.ts';
import { SignInFailure } from '../provider.ts';

/** The issuer of ID tokens (docs.slack.dev/reference/methods/openid.connect.token). */
const ISSUER = 'https://slack.com';
const KEYS = '/openid/connect/keys';

export interface SlackDescription {
  issuer: string;
  jwks_uri: string;
  /** Whether Slack is reached without TLS, on this machine. */
  plainHttp: boolean;
}

/**
 * Without a description there, the documented issuer and keys count. Keys come from the host of SLACK_API_URL alone,
 * and the issuer is Slack or that host.
 */
export async function describeSlack(apiUrl: string): Promise<SlackDescription> {
  const { origin, protocol } = new URL(apiUrl);
  const given = await read(`${origin}/.well-known/openid-configuration`);
  const keys = URL.parse(given.jwks_uri ?? '');
  return {
    issuer: given.issuer !== undefined && originOf(given.issuer) === origin ? given.issuer : ISSUER,
    jwks_uri: keys?.origin === origin ? keys.href : origin + KEYS,
    plainHttp: protocol === 'http:',
  };
}

async function read(url: string): Promise<{ issuer?: string; jwks_uri?: string }> {
  const signal = AbortSignal.timeout(CALL_SECONDS * 1_000);
  const response = await ask(url, {
    method: 'GET',
    body: undefined,
    headers: {},
    redirect: 'manual',
    signal,
  });
  if (response.status === 429) throw new SignInFailure('away', 'ratelimited');
  const body: unknown = response.status === 200 ? await response.json().catch(() => undefined) : undefined;
  if (typeof body !== 'object' || body === null) return {};
  return {
    ...('issuer' in body && typeof body.issuer === 'string' && { issuer: body.issuer }),
    ...('jwks_uri' in body && typeof body.jwks_uri === 'string' && { jwks_uri: body.jwks_uri }),
  };
}

function originOf(url: string): string | undefined {
  return URL.parse(url)?.origin;
}
