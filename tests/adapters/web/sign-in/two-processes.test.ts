/** Signing in where two Parleys stand on one Postgres: what one begins, the other goes on with and ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { startPostgres, type TestPostgres } from '../../../../lab/counterparts/postgres.ts';
import type { AccountSessions } from '../../../../src/adapters/web/api/account.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { comeBack, goToService, signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Browser, browserOf, type Parley, startParley } from '../../../harness/web.ts';

const person = (name: string) => ({ name, email: `${name}@example.com`, email_verified: true });

let postgres: TestPostgres;
let storeUrl: string;
let issuer: CertifiedIssuer;
let near: Parley;
let far: Parley;

beforeAll(async () => {
  postgres = await startPostgres();
  storeUrl = await postgres.database();
  const publicUrl = `http://127.0.0.1:${await freePort()}`;
  issuer = await startCertifiedIssuer({ publicUrl, people: { ada: person('ada'), bob: person('bob') } });
  const env = {
    ...issuer.settings(publicUrl),
    SIGN_IN_ALLOWED: '@example.com',
    STORE_URL: storeUrl,
    MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    STOP_SECONDS: '0',
  };
  near = await startParley({ ...env, PORT: new URL(publicUrl).port });
  far = await startParley(env);
});
afterAll(async () => {
  await Promise.all([near?.app.stop(), far?.app.stop()]);
  await issuer?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

const elsewhere = (browser: Browser) => browser.at(far.app.url);

async function signedIn(name: 'ada' | 'bob'): Promise<Browser> {
  issuer.person = name;
  const browser = near.browser();
  expect((await signIn(browser)).response.status).toBe(303);
  return browser;
}

/** The answers of both processes to the same cookies, as they are now. */
async function statuses(browser: Browser): Promise<number[]> {
  const ask = async (url: string) =>
    (await browserOf(url, new Map(browser.cookies())).fetch('/api/state')).status;
  return [await ask(near.app.url), await ask(far.app.url)];
}

describe('a session', () => {
  it('is valid at both processes, with the same conversations, and ends at both', async () => {
    const browser = await signedIn('ada');
    const conversation = await elsewhere(browser).newConversation();
    expect((await browser.state()).conversations.map(({ id }) => id)).toContain(conversation);
    expect(await statuses(browser)).toEqual([200, 200]);
    const before = browserOf(near.app.url, new Map(browser.cookies()));
    expect((await elsewhere(browser).fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
    expect(await statuses(before)).toEqual([401, 401]);
  });

  it('that was ended at one process is out at both, and the others go on', async () => {
    const [lost, kept] = [await signedIn('ada'), await signedIn('ada')];
    const { sessions } = await elsewhere(lost).get<AccountSessions>('/api/account/sessions');
    const id = sessions.find(({ isThis }) => isThis)?.id ?? '';
    const ended = await kept.fetch(`/api/account/sessions/${id}`, { method: 'DELETE' });
    expect(ended.status).toBe(204);
    expect(await statuses(lost)).toEqual([401, 401]);
    expect(await statuses(kept)).toEqual([200, 200]);
  });

  it('that was ended at one process is told nothing more at the other one', async () => {
    const [lost, kept] = [await signedIn('ada'), await signedIn('ada')];
    const told = await elsewhere(lost).fetch('/api/events?seen=none');
    expect(told.status).toBe(200);
    const end = told.text().then(
      () => 'ended',
      () => 'ended',
    );
    const { sessions } = await kept.get<AccountSessions>('/api/account/sessions');
    for (const { id, isThis } of sessions)
      if (!isThis) await kept.fetch(`/api/account/sessions/${id}`, { method: 'DELETE' });
    expect(await end).toBe('ended');
    expect(await statuses(kept)).toEqual([200, 200]);
  });

  it('is out at both with its account, on each device, and another person goes on', async () => {
    const [ada, other, bob] = [await signedIn('ada'), await signedIn('ada'), await signedIn('bob')];
    const before = browserOf(near.app.url, new Map(ada.cookies()));
    expect((await elsewhere(ada).fetch('/api/account', { method: 'DELETE' })).status).toBe(200);
    expect(await statuses(before)).toEqual([401, 401]);
    expect(await statuses(other)).toEqual([401, 401]);
    expect(await statuses(bob)).toEqual([200, 200]);
    const again = await signedIn('ada');
    expect((await elsewhere(again).state()).conversations).toEqual([]);
    expect(await statuses(before)).toEqual([401, 401]);
  });

  it('does not open the next account of its person, where a process died over the deletion', async () => {
    const browser = await signedIn('bob');
    const before = browserOf(near.app.url, new Map(browser.cookies()));
    // The account is forgotten before its last session.
    await postgres.query(`DELETE FROM public.parley WHERE key LIKE 'note|web|person|%'`, storeUrl);
    expect(await statuses(before)).toEqual([401, 401]);
    const [again, phone] = [await signedIn('bob'), await signedIn('bob')];
    expect(await statuses(again)).toEqual([200, 200]);
    expect(await statuses(phone)).toEqual([200, 200]);
    expect(await statuses(before)).toEqual([401, 401]);
  });
});

describe('a login', () => {
  it('that was begun at one process ends at the other, once', async () => {
    issuer.person = 'ada';
    const browser = near.browser();
    const callback = await goToService(browser);
    const cookies = new Map(browser.cookies());
    expect((await comeBack(elsewhere(browser), callback)).status).toBe(303);
    expect(await statuses(browser)).toEqual([200, 200]);
    for (const { app } of [near, far])
      expect((await comeBack(browserOf(app.url, new Map(cookies)), callback)).status).toBe(400);
  });

  it('that comes back to both at once lets the browser in once', async () => {
    issuer.person = 'bob';
    const browser = near.browser();
    const callback = await goToService(browser);
    const responses = await Promise.all(
      [near, far].map(({ app }) => comeBack(browserOf(app.url, new Map(browser.cookies())), callback)),
    );
    const opened = responses.filter(({ status }) => status === 303);
    expect(opened.length).toBeLessThanOrEqual(1);
    for (const response of responses)
      if (response.status !== 303) expect(response.headers.getSetCookie().join()).not.toContain('session');
  });

  it('of one browser ends in no other, at neither process', async () => {
    issuer.person = 'ada';
    const callback = await goToService(near.browser());
    for (const { app } of [near, far]) {
      const victim = browserOf(app.url);
      expect((await comeBack(victim, callback)).status).toBe(400);
      expect(await statuses(victim)).toEqual([401, 401]);
    }
  });
});
