/** An issuer, or somebody between it and Parley, that lies: nobody is let in by that. */
import { beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { type Lies, type LyingIssuer, startLyingIssuer } from '../../../harness/sign-in/lying-issuer.ts';
import { goToService, signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Parley, startParley } from '../../../harness/web.ts';

let issuer: LyingIssuer;
let parley: Parley;

// A Parley for each test: what an issuer says of itself is believed for some minutes.
beforeEach(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await startLyingIssuer(publicUrl);
  parley = await startParley({
    ...issuer.settings(publicUrl),
    PORT: String(port),
    SIGN_IN_ALLOWED: '@example.com',
  });
  return async () => {
    await parley.app.stop();
    await issuer[Symbol.asyncDispose]();
  };
});

const now = () => Math.floor(Date.now() / 1_000);
const claims = (change: Record<string, unknown>): Lies => ({
  claims: (honest) => ({ ...honest, ...change }),
});
const without = (name: string): Lies => ({
  claims: ({ [name]: _, ...rest }) => rest,
});
const LONG_ID = 'a'.repeat(100_000);

it('lets in whoever an honest issuer tells of, and sends it all that it must', async () => {
  const browser = parley.browser();
  const { response } = await signIn(browser);
  expect(response.status).toBe(303);
  expect((await browser.fetch('/api/state')).status).toBe(200);
  expect(issuer.complaints).toEqual([]);
});

describe('an answer is refused', () => {
  it.each<[string, Lies]>([
    ['for another client', claims({ aud: 'another' })],
    ['for several clients, made for another', claims({ aud: ['parley', 'another'], azp: 'another' })],
    ['of another issuer', claims({ iss: 'https://evil.example' })],
    ['of another sign-in', claims({ nonce: 'another' })],
    ['of no sign-in', without('nonce')],
    ['that has expired', claims({ iat: now() - 900, exp: now() - 600 })],
    ['that never expires', without('exp')],
    ['of nobody', without('sub')],
    ['of an id without end', { ...claims({ sub: LONG_ID }), userinfoSubject: LONG_ID }],
    ['that is not valid yet', claims({ nbf: now() + 900 })],
    ['that another key signed', { signature: 'forged' }],
    ['that nobody signed', { signature: 'none' }],
    ['whose signature is gone', { signature: 'stripped' }],
    ['that the public key signed as a password', { signature: 'hmac' }],
    ['that names another issuer', { iss: 'https://evil.example' }],
    ['that names no issuer, though it always does', { iss: null }],
    ['whose person is somebody else when asked for more', { userinfoSubject: 'mallory' }],
    ['of an issuer by another name', { description: { issuer: 'https://evil.example' } }],
    [
      'whose tokens come from elsewhere in plain text',
      { description: { token_endpoint: 'http://192.0.2.1/token' } },
    ],
  ])('%s', async (_, lies) => {
    issuer.lies = lies;
    const browser = parley.browser();
    const begun = await browser.fetch('/sign-in/oidc');
    if (begun.status === 303) {
      const { response } = await signIn(browser);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Sign in with the office');
    } else expect(begun.status).toBe(400);
    expect((await browser.fetch('/api/state')).status).toBe(401);
    expect(parley.log.join('')).toContain('"audit":"sign-in refused"');
    expect(parley.log.join('')).not.toContain('the-access-token');
  });

  it('that is a little late or early by the issuer’s clock, but not more', async () => {
    issuer.lies = claims({ iat: now() + 30, exp: now() - 30 });
    expect((await signIn(parley.browser())).response.status).toBe(303);
  });
});

describe('an issuer that is away gets a sentence', () => {
  it.each([
    ['refuses', '/token', (response) => void response.destroy()],
    ['is broken', '/token', (response) => void response.writeHead(503).end()],
    ['loses its keys', '/jwks', (response) => void response.writeHead(500).end()],
    ['sends no end of it', '/userinfo', (response) => void flood(response)],
  ] as [string, string, (response: import('node:http').ServerResponse) => void][])(
    'when it %s',
    async (_, path, answer) => {
      issuer.lies = { answers: { [path]: answer } };
      const browser = parley.browser();
      const { response } = await signIn(browser);
      expect([400, 502]).toContain(response.status);
      expect(await response.text()).toContain('the office');
      expect((await browser.fetch('/api/state')).status).toBe(401);
    },
  );

  it('before anybody goes there, and the next person finds it back', async () => {
    issuer.lies = {
      answers: { '/.well-known/openid-configuration': (response) => void response.writeHead(502).end() },
    };
    const response = await parley.browser().fetch('/sign-in/oidc');
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('can’t reach the office right now');
    issuer.lies = {};
    expect((await signIn(parley.browser())).response.status).toBe(303);
  });
});

it('asks an address to wait after 60 tries in a minute', async () => {
  const browser = parley.browser();
  for (let tries = 0; tries < 60; tries++) {
    const { status } = await browser.fetch('/sign-in/oidc');
    expect(status).toBe(303);
  }
  const refused = await browser.fetch('/sign-in/oidc');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  // So many tries leave no heap of cookies.
  expect(browser.cookies().size).toBeLessThan(12);
});

it('of two services, takes the answer of the one that was asked alone', async () => {
  const callback = new URL(await goToService(parley.browser()));
  const response = await parley.browser().fetch(`/sign-in/slack/callback${callback.search}`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/');
});

function flood(response: import('node:http').ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = () => {
    while (response.write('{"a":'.repeat(20_000)));
    response.once('drain', more);
  };
  more();
}
