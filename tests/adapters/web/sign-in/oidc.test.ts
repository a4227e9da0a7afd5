/** Signing in by OpenID Connect at a certified issuer, through the front door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { comeBack, goToService, signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Parley, startParley } from '../../../harness/web.ts';

const PEOPLE = {
  ada: { name: 'Ada', email: 'ada@example.com', email_verified: true, groups: [] },
  bob: { name: 'Bob', email: 'bob@example.com', email_verified: true },
  mallory: { name: 'Mallory', email: 'mallory@example.com', email_verified: false },
  eve: { name: 'Eve <b>', email: 'eve@elsewhere.example', email_verified: true },
  grace: { name: 'Grace', groups: ['staff', 'night shift'] },
  root: { name: 'Root', email: 'Root@Boss.example', email_verified: true },
};

let issuer: CertifiedIssuer;
let parley: Parley;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE });
  parley = await startParley({
    ...issuer.settings(publicUrl),
    PORT: String(port),
    SIGN_IN_ALLOWED: '@example.com, oidc:night shift',
    OPERATORS: 'root@boss.example',
  });
});
afterAll(async () => {
  await parley?.app.stop();
  await issuer?.[Symbol.asyncDispose]();
});

async function signedIn(person: keyof typeof PEOPLE) {
  issuer.person = person;
  const browser = parley.browser();
  const { response } = await signIn(browser);
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

describe('the page with PUBLIC_URL and an issuer', () => {
  it('asks for sign-in, and not for a token that nobody set', async () => {
    const response = await parley.browser().fetch('/');
    expect(response.status).toBe(401);
    const html = await response.text();
    expect(html).toContain('Sign in with the office');
    expect(html).not.toContain('Access token');
    expect(parley.app.pageUrl).not.toContain('token');
  });

  it('lets nobody into the API without', async () => {
    const response = await parley.browser().fetch('/api/state');
    expect(response.status).toBe(401);
  });

  it('takes no access token', async () => {
    const response = await parley.browser().fetch('/access?token=', { method: 'GET' });
    expect(response.status).toBe(401);
  });
});

describe('a person who signs in', () => {
  it('is let in by a verified address of an allowed domain', async () => {
    const browser = await signedIn('ada');
    expect((await browser.fetch('/')).status).toBe(200);
    expect((await browser.state()).conversations).toEqual([]);
  });

  it('is let in by a group', async () => {
    const browser = await signedIn('grace');
    expect((await browser.fetch('/')).status).toBe(200);
  });

  it('has the same conversations on another device, and nobody else has them', async () => {
    const first = await signedIn('ada');
    const conversation = await first.newConversation();
    const second = await signedIn('ada');
    expect((await second.state()).conversations.map(({ id }) => id)).toContain(conversation);
    const other = await signedIn('bob');
    expect((await other.state()).conversations).toEqual([]);
    expect((await other.fetch(`/api/conversations/${conversation}`)).status).toBe(404);
  });

  it('is refused with a sentence where the address is not verified', async () => {
    issuer.person = 'mallory';
    const browser = parley.browser();
    const { response } = await signIn(browser);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('mallory@example.com, who may not use this Parley');
    expect((await browser.fetch('/api/state')).status).toBe(401);
  });

  it('is refused where no rule names them, and a name is text', async () => {
    issuer.person = 'eve';
    const { response } = await signIn(parley.browser());
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('<b>');
  });

  it('is refused with a sentence after saying no at the service', async () => {
    issuer.person = null;
    const { response } = await signIn(parley.browser());
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('You didn’t sign in with the office');
  });

  it('goes to the page that they asked for, and to no other host', async () => {
    issuer.person = 'ada';
    const wanted = parley.browser();
    const html = await (await wanted.fetch('/c/some-id')).text();
    expect(html).toContain('/sign-in/oidc?return=%2Fc%2Fsome-id');
    const { response } = await signIn(wanted, { path: '/c/some-id' });
    expect(response.headers.get('location')).toBe('/c/some-id');
    for (const path of HOSTILE_PATHS) {
      const { response } = await signIn(parley.browser(), { path });
      expect(response.headers.get('location'), path).toBe('/');
    }
  });

  it('stays signed in after a restart of the service, and leaves without losing anything', async () => {
    const browser = await signedIn('bob');
    const conversation = await browser.newConversation();
    expect((await browser.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
    expect((await browser.fetch('/api/state')).status).toBe(401);
    const again = await signedIn('bob');
    expect((await again.state()).conversations.map(({ id }) => id)).toEqual([conversation]);
  });

  it('is an operator where OPERATORS names them, whatever the case of letters', async () => {
    const browser = await signedIn('root');
    const { lines } = await browser.get<{ lines: { label: string; text: string }[] }>('/api/about');
    expect(JSON.stringify(lines)).not.toContain('runs this Parley');
    expect((await browser.fetch('/')).status).toBe(200);
  });
});

const HOSTILE_PATHS = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/.//evil.example',
  '/%5cevil.example/..//evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/access?token=x',
  '/sign-in/oidc',
  `/${'a'.repeat(600)}`,
];

describe('a login', () => {
  it('ends in no other browser than the one that began it', async () => {
    issuer.person = 'ada';
    const victim = parley.browser();
    const callback = await goToService(parley.browser());
    const response = await comeBack(victim, callback);
    expect(response.status).toBe(400);
    expect((await victim.fetch('/api/state')).status).toBe(401);
  });

  it('ends once', async () => {
    issuer.person = 'ada';
    const browser = parley.browser();
    const { callback, response } = await signIn(browser);
    expect(response.status).toBe(303);
    expect((await comeBack(browser, callback)).status).toBe(400);
    expect((await comeBack(parley.browser(), callback)).status).toBe(400);
  });

  it.each([
    ['without a state', (url: URL) => url.searchParams.delete('state')],
    ['with the state of nobody', (url: URL) => url.searchParams.set('state', 'a'.repeat(43))],
    ['with two states', (url: URL) => url.searchParams.append('state', 'b'.repeat(43))],
    ['with another code', (url: URL) => url.searchParams.set('code', 'c'.repeat(43))],
    ['without a code', (url: URL) => url.searchParams.delete('code')],
    ['with another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['without an issuer', (url: URL) => url.searchParams.delete('iss')],
  ])('that comes back %s is refused', async (_, change) => {
    issuer.person = 'ada';
    const browser = parley.browser();
    const url = new URL(await goToService(browser));
    change(url);
    const response = await comeBack(browser, url.href);
    expect(response.status).toBe(400);
    expect((await browser.fetch('/api/state')).status).toBe(401);
  });

  it('gives the browser a new secret, and the one from before opens nothing', async () => {
    const browser = await signedIn('ada');
    const [before] = [...browser.cookies()].filter(([name]) => name.startsWith('parley_session'));
    issuer.person = 'ada';
    await signIn(browser);
    const after = [...browser.cookies()].filter(([name]) => name.startsWith('parley_session'));
    expect(after).toHaveLength(1);
    expect(after[0]).not.toEqual(before);
    const attacker = parley.browser();
    attacker.cookies().set(before?.[0] ?? '', before?.[1] ?? '');
    expect((await attacker.fetch('/api/state')).status).toBe(401);
  });

  it('leaves no token, code or secret in the log, and a line for each that went wrong', async () => {
    issuer.person = 'ada';
    const browser = parley.browser();
    const callback = new URL(await goToService(browser));
    await comeBack(parley.browser(), callback.href);
    await comeBack(browser, callback.href);
    const log = parley.log.join('');
    expect(log).toContain('"audit":"sign-in refused"');
    expect(log).toContain('"reason":"state"');
    const secrets = [...callback.searchParams.values()].filter(
      (value) => value.length > 20 && !value.startsWith('http'),
    );
    expect(secrets).toHaveLength(2);
    for (const secret of [...secrets, ...browser.cookies().values()]) expect(log).not.toContain(secret);
    expect(log).not.toContain('ada@example.com');
  });
});
