/**
 * The pages of Sign in with Slack (docs.slack.dev/authentication/sign-in-with-slack): the consent, the keys, and the
 * description of itself that Slack has at /.well-known/openid-configuration.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import type { StoredUser, StoredWorkspace } from '../world/world.ts';

export const ISSUER = 'https://slack.com';
const SCOPES = ['openid', 'profile', 'email'];
/** A challenge of S256 (RFC 7636, 4.2). */
const CHALLENGE = /^[\w-]{43}$/;

/** Whether the path is one of these pages; then it is answered. */
export function serveSignIn(context: Context, url: URL, response: ServerResponse): boolean {
  const { origin } = context.world;
  switch (url.pathname) {
    case '/openid/connect/authorize':
      authorize(context, url, response);
      return true;
    case '/openid/connect/keys': {
      const { id, public: key } = context.signIn.key;
      const jwk = { ...key.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' };
      sendJson(response, { keys: [jwk] });
      return true;
    }
    case '/.well-known/openid-configuration':
      sendJson(response, {
        issuer: ISSUER,
        authorization_endpoint: `${origin}/openid/connect/authorize`,
        token_endpoint: `${origin}/api/openid.connect.token`,
        userinfo_endpoint: `${origin}/api/openid.connect.userInfo`,
        jwks_uri: `${origin}/openid/connect/keys`,
        scopes_supported: SCOPES,
        response_types_supported: ['code'],
        response_modes_supported: ['form_post'],
        grant_types_supported: ['authorization_code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        claims_supported: ['sub', 'auth_time', 'iss'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      });
      return true;
    default:
      return false;
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Consents at once, for the person at the browser. */
function authorize({ world, signIn, clientId, settings }: Context, url: URL, response: ServerResponse): void {
  const { searchParams: asked } = url;
  const refuse = (text: string) => response.writeHead(400, { 'Content-Type': 'text/html' }).end(text);
  if (asked.get('client_id') !== clientId) return void refuse('Invalid client_id parameter');
  const redirectUri = asked.get('redirect_uri') ?? '';
  // OpenID Connect Core, 3.1.2.1: the redirect address must exactly match one that is registered.
  const isRegistered = settings.redirectUrls?.includes(redirectUri) ?? URL.canParse(redirectUri);
  if (!isRegistered) return void refuse('redirect_uri did not match any configured URIs');
  if (asked.get('response_type') !== 'code') return void refuse('response_type must be code');
  const scopes = (asked.get('scope') ?? '').split(' ');
  if (!scopes.includes('openid')) return void refuse('the scope openid is needed');
  if (scopes.some((scope) => !SCOPES.includes(scope))) return void refuse('Invalid permissions requested');
  const challenge = asked.get('code_challenge') ?? undefined;
  const method = asked.get('code_challenge_method');
  // docs.slack.dev/authentication/using-pkce: S256 is the only method.
  if (challenge !== undefined && (method !== 'S256' || !CHALLENGE.test(challenge)))
    return void refuse('invalid code_challenge');
  const back = new URL(redirectUri);
  const state = asked.get('state');
  if (state !== null) back.searchParams.set('state', state);
  const person = personAt(world.workspaces.values(), signIn.person);
  if (signIn.person === null) back.searchParams.set('error', 'access_denied');
  else if (!person) return void refuse('nobody is signed in');
  else {
    const code = randomBytes(24).toString('hex');
    signIn.grants.set(code, {
      workspaceId: person.workspace.id,
      userId: person.user.id,
      redirectUri,
      nonce: asked.get('nonce') ?? undefined,
      challenge,
      scopes,
      at: performance.now(),
      isUsed: false,
    });
    back.searchParams.set('code', code);
  }
  response.writeHead(302, { Location: back.href }).end();
}

function personAt(
  workspaces: Iterable<StoredWorkspace>,
  id: string | null | undefined,
): { workspace: StoredWorkspace; user: StoredUser } | undefined {
  for (const workspace of workspaces) {
    const user =
      id === undefined
        ? [...workspace.users.values()].find(({ bot }) => !bot)
        : workspace.users.get(id ?? '');
    if (user) return { workspace, user };
  }
  return undefined;
}
