/** Signing out: of all windows of a session, and on to the issuer where that offers it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import type { SignedOut } from '../../../../src/adapters/web/api/account.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { startLyingIssuer } from '../../../harness/sign-in/lying-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Browser, browserOf, type Parley, startParley } from '../../../harness/web.ts';
import { findChromium, launch, visit } from '../chromium.ts';
import { button, openSettings } from '../on-page.ts';

const executable = findChromium();
const PEOPLE = { ada: { name: 'Ada', email: 'ada@example.com', email_verified: true } };
const leave = (browser: Browser) => browser.fetch('/api/session', { method: 'DELETE' });

describe('with a certified issuer that signs people out', () => {
  let issuer: CertifiedIssuer;
  let parley: Parley;
  let publicUrl: string;

  beforeAll(async () => {
    const port = await freePort();
    publicUrl = `http://127.0.0.1:${port}`;
    issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE, signsOut: true });
    parley = await startParley({
      ...issuer.settings(publicUrl),
      PORT: String(port),
      SIGN_IN_ALLOWED: '@example.com',
    });
  });
  afterAll(async () => {
    await parley?.app.stop();
    await issuer?.[Symbol.asyncDispose]();
  });

  it('leads there, where the person is asked, signed out, and sent back', async () => {
    const browser = parley.browser();
    const at = new Map<string, string>();
    await signIn(browser, { at });
    const left = await leave(browser);
    expect(left.status).toBe(200);
    expect((await browser.fetch('/api/state')).status).toBe(401);
    const address = new URL(((await left.json()) as SignedOut).address);
    expect(address.origin).toBe(issuer.url);
    const there = browserOf(issuer.url, at);
    const session = [...at.keys()].find((name) => name === '_session') ?? '';
    expect(session).not.toBe('');
    const question = await there.fetch(address.pathname + address.search, {
      headers: { accept: 'text/html' },
    });
    const page = await question.text();
    expect(question.status, page).toBe(200);
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? [];
    const confirmed = await there.fetch('/session/end/confirm', {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    expect(confirmed.headers.get('location')).toBe(`${publicUrl}/`);
  });

  it.skipIf(!executable)('leads there in a browser, though its own stream ends, and back', async () => {
    const chromium = await launch(executable ?? '');
    try {
      const { page } = await visit(chromium, publicUrl);
      await page.getByRole('link', { name: 'Sign in with the office' }).click();
      await openSettings(page);
      await button(page, 'Sign out').click();
      await page.getByRole('button', { name: 'Yes, sign me out' }).click();
      await page.getByRole('link', { name: 'Sign in with the office' }).waitFor();
      expect(new URL(page.url()).origin).toBe(publicUrl);
    } finally {
      await chromium.close();
    }
  });

  it('ends what other windows of the session follow, and no session of another device', async () => {
    const browser = parley.browser();
    await signIn(browser);
    const phone = parley.browser();
    await signIn(phone);
    const { version } = await browser.state();
    const stream = await browser.fetch(`/api/events?seen=${version}`);
    const ended = stream.text().catch(() => '');
    await leave(browser);
    await ended;
    expect((await browser.fetch(`/api/events?seen=${version}`)).status).toBe(401);
    expect((await phone.fetch('/api/state')).status).toBe(200);
  });
});

it.each([
  ['in plain text elsewhere', 'http://evil.example/leave'],
  ['by a script', 'javascript:alert(1)'],
  ['at no address', 'nowhere'],
])('leads nowhere if the issuer signs people out %s', async (_, end_session_endpoint) => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await using issuer = await startLyingIssuer(publicUrl);
  await using parley = await startParley({
    ...issuer.settings(publicUrl),
    PORT: String(port),
    SIGN_IN_ALLOWED: '@example.com',
  });
  issuer.lies = { description: { end_session_endpoint } };
  const browser = parley.browser();
  expect((await signIn(browser)).response.status).toBe(303);
  expect((await leave(browser)).status).toBe(204);
  expect((await browser.fetch('/api/state')).status).toBe(401);
});
