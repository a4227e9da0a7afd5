/** Signing in by OpenID Connect, at the issuer that the operator set. */
import * as client from 'openid-client';
import { type Login, SignInFailure, type SignInProvider } from '../provider.ts';
import { isTrustworthy, type SignInSettings } from '../settings.ts';
import { ask, CALL_SECONDS, within } from './calls.ts';
import { claimsOf, identityOf } from './claims.ts';
import { isWrongClient } from './failures.ts';

/** Time for which the issuer's description of itself is believed, ms. */
const DISCOVERED_MS = 10 * 60_000;
/** Difference between the issuer's clock and this machine's, seconds. */
const CLOCK_TOLERANCE = 60;
/** Characters of a person's id (OpenID Connect Core, 2). It is kept, and read again for each request. */
const MOST_SUBJECT = 255;
const SCOPES = ['openid', 'profile', 'email'];
/** Asked for where the issuer offers it: many tell of groups only then. */
const GROUPS_SCOPE = 'groups';

type OidcSettings = Pick<
  SignInSettings,
  'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET' | 'OIDC_NAME'
>;

/** The methods by which Parley shows its secret. The issuer may take only one, and its description may name both. */
const METHODS = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
};
type Method = keyof typeof METHODS;

export function createOidc(config: OidcSettings): SignInProvider {
  const connection = createConnection(config);

  /** Exchanges the code for the ID token. The issuer checks the client before it spends the code. */
  async function exchange(returned: URL, login: Login, methods: Method[]): Promise<Exchanged> {
    const [method = 'client_secret_basic', ...others] = methods;
    const issuer = await connection.of(method);
    try {
      const tokens = await client.authorizationCodeGrant(issuer, returned, {
        expectedState: login.state,
        expectedNonce: login.nonce,
        pkceCodeVerifier: login.verifier,
        idTokenExpected: true,
      });
      connection.took(method);
      return { tokens, issuer };
    } catch (error) {
      if (others.length > 0 && isWrongClient(error)) return exchange(returned, login, others);
      throw error;
    }
  }

  return {
    id: 'oidc',
    name: config.OIDC_NAME,
    begin: (login, signal) =>
      within(signal, async () => {
        const issuer = await connection.of('client_secret_basic');
        const offered = issuer.serverMetadata().scopes_supported ?? [];
        const address = client.buildAuthorizationUrl(issuer, {
          redirect_uri: login.redirectUri,
          scope: [...SCOPES, ...(offered.includes(GROUPS_SCOPE) ? [GROUPS_SCOPE] : [])].join(' '),
          state: login.state,
          nonce: login.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
          code_challenge_method: 'S256',
        });
        if (!isTrustworthy(address.href)) throw new SignInFailure('refused', 'plain-http');
        return address;
      }),
    finish: (returned, login, signal) =>
      within(signal, async () => {
        const { tokens, issuer } = await exchange(returned, login, await connection.methods());
        const claims = tokens.claims();
        if (!claims) throw new SignInFailure('refused', 'no-id-token');
        if (claims.sub.length > MOST_SUBJECT) throw new SignInFailure('refused', 'subject');
        const sources = [claimsOf(claims)];
        if (issuer.serverMetadata().userinfo_endpoint !== undefined)
          sources.push(claimsOf(await client.fetchUserInfo(issuer, tokens.access_token, claims.sub)));
        return identityOf(claims, sources);
      }),
    // No ID token is kept as a hint, so the issuer asks the person (OpenID Connect RP-Initiated Logout 1.0, 2).
    leave: (back, signal) =>
      within(signal, async () => {
        const issuer = await connection.of('client_secret_basic');
        if (issuer.serverMetadata().end_session_endpoint === undefined) return undefined;
        const address = client.buildEndSessionUrl(issuer, { post_logout_redirect_uri: back });
        return isTrustworthy(address.href) ? address : undefined;
      }),
  };
}

interface Exchanged {
  tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>;
  issuer: client.Configuration;
}

/** The issuer as it describes itself, read again from time to time. */
function createConnection({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: OidcSettings) {
  const address = new URL(OIDC_ISSUER ?? '');
  const known = new Map<Method, { issuer: Promise<client.Configuration>; at: number }>();
  let works: Method | undefined;

  async function discover(method: Method): Promise<client.Configuration> {
    // An http issuer is one on this machine, and so must be every address that it names.
    const execute = [
      client.enableNonRepudiationChecks,
      ...(address.protocol === 'http:' ? [client.allowInsecureRequests] : []),
    ];
    const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE };
    return client.discovery(address, OIDC_CLIENT_ID ?? '', metadata, METHODS[method](OIDC_CLIENT_SECRET), {
      execute,
      timeout: CALL_SECONDS,
      [client.customFetch]: ask,
    });
  }

  function of(method: Method): Promise<client.Configuration> {
    const kept = known.get(method);
    if (kept && Date.now() - kept.at < DISCOVERED_MS) return kept.issuer;
    const issuer = discover(method);
    known.set(method, { issuer, at: Date.now() });
    // An issuer that was away is asked again by the next person.
    issuer.catch(() => known.delete(method));
    return issuer;
  }

  return {
    of,
    /** The methods to try, the likeliest first. */
    async methods(): Promise<Method[]> {
      if (works) return [works];
      const supported = (await of('client_secret_basic')).serverMetadata()
        .token_endpoint_auth_methods_supported;
      const all: Method[] = ['client_secret_basic', 'client_secret_post'];
      const named = all.filter((method) => supported?.includes(method) ?? true);
      return named.length > 0 ? named : all;
    },
    took(method: Method): void {
      works = method;
    },
  };
}
