/** Sign in with Slack: OpenID Connect (docs.slack.dev/authentication/sign-in-with-slack). */
import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { ask, CALL_SECONDS, within } from '../oidc/calls.ts';
import { SignInFailure, type SignInProvider } from '../provider.ts';
import type { SignInSettings } from '../settings.ts';
import { describeSlack, type SlackDescription } from './description.ts';
import { identityOf } from './identity.ts';

const SCOPE = 'openid profile email';
/** Time for which Slack's description of itself is believed, ms. */
const DESCRIBED_MS = 10 * 60_000;
/** Difference between Slack's clock and this machine's, seconds. */
const CLOCK_TOLERANCE = 60;
/** The form of Slack's error codes. */
const CODE = /^[a-z_]{1,60}$/;
/** Codes by which Slack says that it can't answer now. */
const AWAY = new Set([
  'ratelimited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

type SlackSettings = Pick<SignInSettings, 'SLACK_API_URL' | 'SLACK_CLIENT_ID' | 'SLACK_CLIENT_SECRET'>;

export function createSlackSignIn(config: SlackSettings): SignInProvider {
  const slack = createConnection(config);
  return {
    id: 'slack',
    name: 'Slack',
    begin: (login, signal) =>
      within(signal, async () =>
        client.buildAuthorizationUrl(await slack.connection(), {
          redirect_uri: login.redirectUri,
          scope: SCOPE,
          state: login.state,
          nonce: login.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
          code_challenge_method: 'S256',
        }),
      ),
    finish: (returned, login, signal) =>
      within(signal, async () => {
        const connection = await slack.connection();
        const tokens = await client.authorizationCodeGrant(connection, returned, {
          expectedState: login.state,
          expectedNonce: login.nonce,
          pkceCodeVerifier: login.verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new SignInFailure('refused', 'no-id-token');
        if (claims.at_hash !== undefined && claims.at_hash !== atHash(tokens.access_token))
          throw new SignInFailure('refused', 'at-hash');
        // Slack knows by now whether the token still holds. The library compares the person.
        await client.fetchUserInfo(connection, tokens.access_token, claims.sub);
        return identityOf(claims);
      }),
  };
}

/** The connection to Slack, with what Slack says about itself. */
function createConnection({ SLACK_API_URL, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET }: SlackSettings) {
  let known: { description: Promise<SlackDescription>; at: number } | undefined;

  function describe(): Promise<SlackDescription> {
    if (known && Date.now() - known.at < DESCRIBED_MS) return known.description;
    const description = describeSlack(SLACK_API_URL);
    known = { description, at: Date.now() };
    // The next person asks again where Slack was away.
    description.catch(() => {
      known = undefined;
    });
    return description;
  }

  return {
    async connection(): Promise<client.Configuration> {
      const { issuer, jwks_uri, plainHttp } = await describe();
      const { origin } = new URL(SLACK_API_URL);
      const metadata = {
        issuer,
        jwks_uri,
        authorization_endpoint: `${origin}/openid/connect/authorize`,
        token_endpoint: `${SLACK_API_URL}openid.connect.token`,
        userinfo_endpoint: `${SLACK_API_URL}openid.connect.userInfo`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
      const connection = new client.Configuration(
        metadata,
        SLACK_CLIENT_ID ?? '',
        { [client.clockTolerance]: CLOCK_TOLERANCE, id_token_signed_response_alg: 'RS256' },
        client.ClientSecretPost(SLACK_CLIENT_SECRET),
      );
      connection.timeout = CALL_SECONDS;
      connection[client.customFetch] = askSlack;
      client.enableNonRepudiationChecks(connection);
      if (plainHttp) client.allowInsecureRequests(connection);
      return connection;
    },
  };
}

/** Slack says by `ok: false` with a status of success that it refuses (docs.slack.dev/apis/web-api). */
const askSlack: client.CustomFetch = async (url, options) => {
  const response = await ask(url, options);
  if (response.status === 429) throw new SignInFailure('away', 'ratelimited');
  const text = await response.text();
  const error = refusalIn(text);
  if (error !== undefined) throw new SignInFailure(AWAY.has(error) ? 'away' : 'refused', error);
  const { status, headers } = response;
  return new Response(text, { status, headers });
};

function refusalIn(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !('ok' in body) || body.ok !== false) return undefined;
  return 'error' in body && typeof body.error === 'string' && CODE.test(body.error) ? body.error : 'error';
}

/** The left half of the hash of the access token (OpenID Connect Core, 3.1.3.6). */
function atHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}
