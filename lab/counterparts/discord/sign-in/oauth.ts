/**
 * The addresses of OAuth2 (developers/topics/oauth2.mdx): the consent page, the exchange of a code, and the revocation
 * of a token. The last two take forms alone.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context } from '../context.ts';

export interface SignInReply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const SCOPES = new Set(['identify', 'email', 'guilds', 'guilds.members.read']);
/** A challenge of S256 (RFC 7636, 4.2). */
const CHALLENGE = /^[\w-]{43}$/;
/** Lifetime of an access token, seconds: the example of developers/topics/oauth2.mdx. */
const EXPIRES_IN = 604_800;

/** Consents at once, for the person at the browser. Discord shows its own page about a request that is wrong. */
export function authorize({ world, signIn }: Context, asked: URLSearchParams): SignInReply {
  const page = (says: string): SignInReply => ({
    status: 400,
    body: `<!DOCTYPE html><title>${says}</title>`,
  });
  if (asked.get('client_id') !== world.applicationId) return page('Unknown application');
  const redirectUri = asked.get('redirect_uri') ?? '';
  const isRegistered = signIn.redirectUrls?.includes(redirectUri) ?? URL.canParse(redirectUri);
  if (!isRegistered) return page('Invalid OAuth2 redirect_uri');
  if (asked.get('response_type') !== 'code') return page('The response type is not supported');
  const scopes = (asked.get('scope') ?? '').split(' ');
  if (scopes.some((scope) => !SCOPES.has(scope))) return page('The requested scope is invalid');
  const challenge = asked.get('code_challenge') ?? undefined;
  if (
    challenge !== undefined &&
    (asked.get('code_challenge_method') !== 'S256' || !CHALLENGE.test(challenge))
  )
    return page('The code challenge is invalid');
  const back = new URL(redirectUri);
  const state = asked.get('state');
  if (state !== null) back.searchParams.set('state', state);
  const { person } = signIn;
  const user = [...world.users.values()].find(({ name, bot }) => name === person && !bot);
  if (person === null) back.searchParams.set('error', 'access_denied');
  else if (!user) return page('nobody is signed in');
  else {
    const code = randomBytes(15).toString('base64url');
    const at = performance.now();
    signIn.grants.set(code, { userId: user.id, redirectUri, challenge, scopes, at, isUsed: false });
    back.searchParams.set('code', code);
  }
  return { status: 302, headers: { Location: back.href } };
}

export function exchange(context: Context, request: IncomingMessage, bytes: Buffer): SignInReply {
  const form = formOf(request, bytes);
  if (!form) return invalid(400, 'invalid_request');
  const { signIn } = context;
  if (!isClient(context, request, form)) return invalid(401, 'invalid_client');
  if (form.get('grant_type') !== 'authorization_code') return invalid(400, 'unsupported_grant_type');
  const grant = signIn.grants.get(form.get('code') ?? '');
  if (!grant || grant.isUsed || performance.now() - grant.at > signIn.codeLifetime)
    return invalid(400, 'invalid_grant');
  if (form.get('redirect_uri') !== grant.redirectUri) return invalid(400, 'invalid_grant');
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (grant.challenge !== undefined && challenge !== grant.challenge) return invalid(400, 'invalid_grant');
  grant.isUsed = true;
  if (signIn.lie === 'scopes') grant.scopes = ['identify'];
  const token = randomBytes(20).toString('base64url');
  signIn.tokens.set(token, grant);
  return {
    status: 200,
    body: {
      ...(signIn.lie !== 'no-token' && { access_token: token }),
      token_type: signIn.lie === 'token-type' ? 'MAC' : 'Bearer',
      expires_in: EXPIRES_IN,
      refresh_token: randomBytes(20).toString('base64url'),
      scope: grant.scopes.join(' '),
    },
  };
}

export function revoke(context: Context, request: IncomingMessage, bytes: Buffer): SignInReply {
  const form = formOf(request, bytes);
  if (!form) return invalid(400, 'invalid_request');
  if (!isClient(context, request, form)) return invalid(401, 'invalid_client');
  const token = form.get('token') ?? '';
  // RFC 7009, 2.2: a token that is not known is as good as revoked.
  if (context.signIn.tokens.delete(token)) context.signIn.revoked.push(token);
  return { status: 200, body: {} };
}

function formOf(request: IncomingMessage, bytes: Buffer): URLSearchParams | undefined {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(bytes.toString()) : undefined;
}

/** By Basic authentication, or by fields of the form. Nothing says that Discord would decode percent signs in the former. */
function isClient({ world, signIn }: Context, request: IncomingMessage, form: URLSearchParams): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const given =
    basic === undefined
      ? [form.get('client_id'), form.get('client_secret')]
      : Buffer.from(basic, 'base64').toString().split(':');
  return given[0] === world.applicationId && given[1] === signIn.clientSecret;
}

function invalid(status: number, error: string): SignInReply {
  return { status, body: { error, error_description: error } };
}
