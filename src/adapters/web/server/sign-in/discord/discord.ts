/** Signing in with Discord: OAuth2 (developers/topics/oauth2.mdx). Its token is read with, and then revoked. */
import * as client from 'openid-client';
import { ask, CALL_SECONDS, within } from '../oidc/calls.ts';
import type { SignInProvider } from '../provider.ts';
import type { SignInSettings } from '../settings.ts';
import { identityOf, type NamedGuilds } from './identity.ts';

const SCOPE = 'identify guilds guilds.members.read';

type DiscordSettings = Pick<
  SignInSettings,
  'DISCORD_API_URL' | 'DISCORD_CLIENT_ID' | 'DISCORD_CLIENT_SECRET' | 'SIGN_IN_ALLOWED' | 'OPERATORS'
>;

export function createDiscordSignIn(config: DiscordSettings): SignInProvider {
  const discord = connect(config);
  const named = namedGuilds(config);
  return {
    id: 'discord',
    name: 'Discord',
    begin: (login, signal) =>
      within(signal, async () =>
        client.buildAuthorizationUrl(discord, {
          redirect_uri: login.redirectUri,
          scope: SCOPE,
          state: login.state,
          code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
          code_challenge_method: 'S256',
        }),
      ),
    finish: (returned, login, signal) =>
      within(signal, async () => {
        const { access_token } = await client.authorizationCodeGrant(discord, returned, {
          expectedState: login.state,
          pkceCodeVerifier: login.verifier,
        });
        try {
          return await identityOf({ apiUrl: config.DISCORD_API_URL, token: access_token, named, signal });
        } finally {
          // The token is of no use any more. If Discord does not hear of that, it still ends by itself after a week.
          await client.tokenRevocation(discord, access_token).catch(() => {});
        }
      }),
  };
}

function connect({
  DISCORD_API_URL,
  DISCORD_CLIENT_ID,
  DISCORD_CLIENT_SECRET,
}: DiscordSettings): client.Configuration {
  const { origin, protocol } = new URL(DISCORD_API_URL);
  const connection = new client.Configuration(
    {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/authorize`,
      token_endpoint: `${DISCORD_API_URL}/oauth2/token`,
      revocation_endpoint: `${DISCORD_API_URL}/oauth2/token/revoke`,
    },
    DISCORD_CLIENT_ID ?? '',
    undefined,
    // The library's own would write `-` and `_` of a secret as %2D and %5F, as RFC 6749 has it. Discord does not say
    // that it reads that.
    (_server, { client_id }, _body, headers) => {
      const given = Buffer.from(`${client_id}:${DISCORD_CLIENT_SECRET}`).toString('base64');
      headers.set('authorization', `Basic ${given}`);
    },
  );
  connection.timeout = CALL_SECONDS;
  connection[client.customFetch] = ask;
  if (protocol === 'http:') client.allowInsecureRequests(connection);
  return connection;
}

/** The guilds that the rules name, and whether a rule names a role there. */
function namedGuilds({ SIGN_IN_ALLOWED, OPERATORS }: DiscordSettings): NamedGuilds {
  const named: NamedGuilds = new Map();
  for (const { kind, value } of [...SIGN_IN_ALLOWED, ...OPERATORS]) {
    const [provider, guild, role] = value.split(':');
    if (kind !== 'group' || provider !== 'discord' || guild === undefined) continue;
    named.set(guild, (named.get(guild) ?? false) || role !== undefined);
  }
  return named;
}
