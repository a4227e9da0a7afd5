/**
 * An issuer that checks what it gets, and lies where a test has it lie. Its tokens are made by hand, from
 * OpenID Connect Core 1.0 and RFC 7515, so that they share no code with the library that reads them.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Lies {
  /** Changes the claims of the ID token. */
  claims?: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** `forged`: signed with a key that is not the issuer's; `none`: not signed at all; `hmac`: with its public key. */
  signature?: 'forged' | 'none' | 'hmac' | 'stripped';
  /** The parameter `iss` of the answer; null: it has none. */
  iss?: string | null;
  /** The subject that the issuer tells of when asked for more. */
  userinfoSubject?: string;
  /** A path that answers with nothing but this. */
  answers?: Record<string, (response: ServerResponse) => void>;
  /** Changes the issuer's description of itself. */
  description?: Record<string, unknown>;
}

export interface LyingIssuer extends AsyncDisposable {
  url: string;
  lies: Lies;
  /** Requests for tokens that were not as they must be. */
  complaints: string[];
  settings(publicUrl: string): Record<string, string>;
}

const CLIENT = { id: 'parley', secret: 'the-secret-of-parley' };
const KEY_ID = 'the-key';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const digest = (value: string) => createHash('sha256').update(value).digest('base64url');

export async function startLyingIssuer(publicUrl: string): Promise<LyingIssuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const redirectUri = `${publicUrl}/sign-in/oidc/callback`;
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const issuer: LyingIssuer = {
    url,
    lies: {},
    complaints: [],
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

  function idToken(nonce: string): string {
    const { claims = (each: Record<string, unknown>) => each, signature } = issuer.lies;
    const now = Math.floor(Date.now() / 1_000);
    const honest = { iss: url, sub: 'ada', aud: CLIENT.id, iat: now, exp: now + 300, nonce };
    const body = encoded(claims(honest));
    if (signature === 'none') return `${encoded({ alg: 'none' })}.${body}.`;
    const signed = `${encoded({ alg: signature === 'hmac' ? 'HS256' : 'RS256', kid: KEY_ID })}.${body}`;
    if (signature === 'stripped') return `${signed}.`;
    if (signature === 'hmac') return `${signed}.${digest(signed)}`;
    const key = signature === 'forged' ? others.privateKey : keys.privateKey;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const wanted = {
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: redirectUri,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(wanted))
      if (asked.get(name) !== value) issuer.complaints.push(`${name} is ${asked.get(name)}`);
    if (!asked.get('scope')?.split(' ').includes('openid')) issuer.complaints.push('the scope lacks openid');
    const code = randomBytes(16).toString('base64url');
    codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
    const { iss = url } = issuer.lies;
    const back = new URLSearchParams({ code, state: asked.get('state') ?? '', ...(iss !== null && { iss }) });
    response.writeHead(303, { location: `${redirectUri}?${back}` }).end();
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = new URLSearchParams(await text(request));
    const [, basic = ''] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? [];
    const known = codes.get(given.get('code') ?? '');
    codes.delete(given.get('code') ?? '');
    const problems = [
      Buffer.from(basic, 'base64').toString() !==
        `${CLIENT.id}:${encodeURIComponent(CLIENT.secret).replaceAll('-', '%2D')}` &&
        Buffer.from(basic, 'base64').toString() !== `${CLIENT.id}:${CLIENT.secret}` &&
        'the client is wrong',
      given.get('redirect_uri') !== redirectUri && 'the redirect address is wrong',
      !known && 'the code is unknown',
      known && digest(given.get('code_verifier') ?? '') !== known.challenge && 'the verifier is wrong',
    ].filter((problem) => typeof problem === 'string');
    issuer.complaints.push(...problems);
    if (problems.length > 0) return json(response, 400, { error: 'invalid_grant' });
    const id_token = idToken(known?.nonce ?? '');
    json(response, 200, { access_token: 'the-access-token', token_type: 'Bearer', id_token });
  }

  const description = () => ({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    authorization_response_iss_parameter_supported: true,
    ...issuer.lies.description,
  });

  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const instead = issuer.lies.answers?.[pathname];
    if (instead) return instead(response);
    if (pathname === '/.well-known/openid-configuration') return json(response, 200, description());
    if (pathname === '/jwks')
      return json(response, 200, {
        keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }],
      });
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/token') return void token(request, response);
    const { userinfoSubject: sub = 'ada' } = issuer.lies;
    json(response, 200, { sub, name: 'Ada', email: 'ada@example.com', email_verified: true });
  });
  return issuer;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
