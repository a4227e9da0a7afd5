/** oidc-provider, which is certified for OpenID Connect, as a server of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface CertifiedIssuer extends AsyncDisposable {
  url: string;
  /** The settings of a Parley at `publicUrl` that signs people in here. */
  settings(publicUrl: string): Record<string, string>;
  /** The person who is at the browser; null: somebody who says no. */
  person: string | null;
  people: Record<string, Record<string, unknown>>;
}

export interface IssuerOptions {
  publicUrl: string;
  people: CertifiedIssuer['people'];
  /** How the client shows its secret; this issuer takes no other way. */
  method?: 'client_secret_basic' | 'client_secret_post';
  /** Whether people can sign out here. */
  signsOut?: boolean;
}

const CLIENT = { id: 'parley-of-the-test', secret: 'a-secret:with+and%and=21' };

export async function startCertifiedIssuer({
  publicUrl,
  people,
  method = 'client_secret_basic',
  signsOut = false,
}: IssuerOptions): Promise<CertifiedIssuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        token_endpoint_auth_method: method,
        redirect_uris: [`${publicUrl}/sign-in/oidc/callback`],
        ...(signsOut && { post_logout_redirect_uris: [`${publicUrl}/`] }),
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: signsOut } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { Session: 60, Interaction: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
    findAccount: (_, id) => people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.account.accountId,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    const { person } = issuer;
    void provider.interactionFinished(
      request,
      response,
      person === null ? { error: 'access_denied' } : { login: { accountId: person } },
    );
  });
  const issuer: CertifiedIssuer = {
    url,
    person: Object.keys(people)[0] ?? null,
    people,
    settings: (address) => ({
      PUBLIC_URL: address,
      OIDC_ISSUER: url,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_NAME: 'the office',
    }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}
