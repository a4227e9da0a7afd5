/** openid.connect.token: a code becomes an ID token. openid.connect.userInfo: the same person, asked with the token. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { needed, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import type { Methods } from '../methods/method.ts';
import { ISSUER } from './pages.ts';
import type { OpenIdGrant, SigningKey, SlackLie } from './state.ts';

/** Lifetime of an ID token, seconds: `exp` and `iat` of the example in docs.slack.dev/reference/methods/openid.connect.token. */
const LIFETIME = 300;

export const signInMethods: Methods = {
  'openid.connect.token': { token: 'none', handle: token },
  'openid.connect.userInfo': { token: 'none', handle: userInfo },
};

function token(context: Context, { args }: Call): object {
  const { signIn, clientId, clientSecret } = context;
  if (needed(args, 'client_id', 'invalid_client_id') !== clientId) throw new SlackError('invalid_client_id');
  if (needed(args, 'client_secret', 'bad_client_secret') !== clientSecret)
    throw new SlackError('bad_client_secret');
  const grantType = text(args, 'grant_type') ?? 'authorization_code';
  if (grantType !== 'authorization_code') throw new SlackError('invalid_grant_type');
  const grant = signIn.grants.get(needed(args, 'code', 'invalid_code'));
  if (!grant) throw new SlackError('invalid_code');
  if (grant.isUsed) throw new SlackError('code_already_used');
  if (performance.now() - grant.at > signIn.codeLifetime) throw new SlackError('code_expired');
  // The redirect address was given, so it is needed here, too (openid.connect.token, "Usage info").
  if (text(args, 'redirect_uri') !== grant.redirectUri) throw new SlackError('bad_redirect_uri');
  const verifier = text(args, 'code_verifier');
  const challenge = verifier === undefined ? undefined : sha256(verifier).toString('base64url');
  if (grant.challenge !== undefined && challenge !== grant.challenge)
    throw new SlackError('invalid_code_verifier');
  grant.isUsed = true;
  const accessToken = `xoxp-${randomBytes(16).toString('hex')}`;
  signIn.tokens.set(accessToken, grant);
  const idToken = idTokenOf(context, grant, accessToken);
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    ...(signIn.lie !== 'no-id-token' && { id_token: idToken }),
  };
}

/** The claims of docs.slack.dev/reference/methods/openid.connect.userInfo. */
function userInfo(context: Context, { token: given }: Call): object {
  if (given === '') throw new SlackError('not_authed');
  const grant = context.signIn.tokens.get(given);
  if (!grant) throw new SlackError(given.startsWith('xoxp-') ? 'token_revoked' : 'invalid_auth');
  return claimsOf(context, grant, context.signIn.lie === 'other-person' ? 'U0SOMEBODY' : grant.userId);
}

function claimsOf({ world, signIn }: Context, grant: OpenIdGrant, userId: string): object {
  const workspace = world.workspaces.get(grant.workspaceId);
  const user = workspace?.users.get(grant.userId);
  if (!workspace || !user) throw new SlackError('user_not_found');
  const own = { email: `${user.name}@${workspace.domain}.example`, isVerified: true };
  const { email, isVerified } = signIn.addresses.get(grant.userId) ?? own;
  return {
    sub: userId,
    ...(signIn.lie !== 'no-team' && { 'https://slack.com/team_id': workspace.id }),
    'https://slack.com/user_id': userId,
    ...(grant.scopes.includes('email') && { email, email_verified: isVerified }),
    ...(grant.scopes.includes('profile') && {
      name: user.realName,
      locale: 'en-US',
      'https://slack.com/team_name': workspace.name,
      'https://slack.com/team_domain': workspace.domain,
    }),
  };
}

function idTokenOf(context: Context, grant: OpenIdGrant, accessToken: string): string {
  const { signIn, clientId } = context;
  const { lie } = signIn;
  const now = Math.floor(Date.now() / 1_000) - (lie === 'expired' ? 3_600 : 0);
  const nonce = lie === 'nonce' ? 'another-nonce' : grant.nonce;
  const payload = {
    iss: lie === 'issuer' ? 'https://evil.example' : ISSUER,
    ...claimsOf(context, grant, grant.userId),
    aud: lie === 'audience' ? 'another-client' : clientId,
    exp: now + LIFETIME,
    iat: now,
    auth_time: now,
    ...(nonce !== undefined && lie !== 'no-nonce' && { nonce }),
    at_hash: atHash(lie === 'at-hash' ? 'another-token' : accessToken),
  };
  return signed(payload, signIn.key, lie);
}

/** The left half of the hash (OpenID Connect Core, 3.1.3.6). */
function atHash(accessToken: string): string {
  return sha256(accessToken).subarray(0, 16).toString('base64url');
}

function signed(payload: object, key: SigningKey, lie: SlackLie | undefined): string {
  const alg = lie === 'unsigned' ? 'none' : 'RS256';
  const parts = [{ typ: 'JWT', alg, kid: key.id }, payload];
  const said = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  if (lie === 'unsigned') return `${said}.`;
  const other = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const signature = sign('sha256', Buffer.from(said), lie === 'signature' ? other() : key.private);
  return `${said}.${signature.toString('base64url')}`;
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
