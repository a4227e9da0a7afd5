/** The account of a person who signed in: sessions, what the browser had before, export and deletion. */
import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import type { AccountReceipt, AccountSessions } from '../../../../src/adapters/web/api/account.ts';
import type { ExportedConversation } from '../../../../src/adapters/web/api/export.ts';
import type { PersonaView } from '../../../../src/adapters/web/api/personas.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { operateHere } from '../../../security/operated.ts';

const verified = (name: string) => ({
  name,
  email: `${name.toLowerCase()}@example.com`,
  email_verified: true,
});
const PEOPLE = {
  ada: verified('Ada'),
  bob: verified('Bob'),
  carol: verified('Carol'),
  dan: verified('Dan'),
  erin: verified('Erin'),
  frank: verified('Frank'),
  root: verified('Root'),
};
const WEB_TOKEN = 'a token for the test';

let issuer: CertifiedIssuer;
let parley: Parley;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE, method: 'client_secret_post' });
  parley = await startParley({
    ...issuer.settings(publicUrl),
    PORT: String(port),
    WEB_TOKEN,
    SIGN_IN_ALLOWED: '@example.com',
    OPERATORS: 'root@example.com',
  });
});
afterAll(async () => {
  await parley?.app.stop();
  await issuer?.[Symbol.asyncDispose]();
});

async function signedIn(person: keyof typeof PEOPLE, browser = parley.browser()): Promise<Browser> {
  issuer.person = person;
  const { response } = await signIn(browser);
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

async function withToken(): Promise<Browser> {
  const browser = parley.browser();
  expect((await browser.fetch(`/access?token=${encodeURIComponent(WEB_TOKEN)}`)).status).toBe(303);
  return browser;
}

async function said(browser: Browser, text: string): Promise<string> {
  const conversation = await browser.newConversation();
  const turn = await browser.send(conversation, text);
  await browser.follow(conversation, turn.id);
  return conversation;
}

const keepsPersona = (browser: Browser, name: string, text: string) =>
  browser.fetch(`/api/personas/${randomUUID()}`, { method: 'PUT', json: { name, text } });

const sessionsOf = async (browser: Browser) =>
  (await browser.get<AccountSessions>('/api/account/sessions')).sessions;

describe('the sessions of a person', () => {
  it('are listed with their browser, and ended one by one', async () => {
    const laptop = await signedIn('ada');
    const phone = await signedIn('ada');
    const found = await sessionsOf(laptop);
    expect(found.map(({ isThis }) => isThis).sort()).toEqual([false, true]);
    const other = found.find(({ isThis }) => !isThis);
    expect((await laptop.fetch(`/api/account/sessions/${other?.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await phone.fetch('/api/state')).status).toBe(401);
    expect((await laptop.fetch('/api/state')).status).toBe(200);
    expect(await sessionsOf(laptop)).toHaveLength(1);
  });

  it('are not seen and not ended by another person, who gets the same 404 as for none', async () => {
    const ada = await signedIn('ada');
    const [own] = await sessionsOf(ada);
    const bob = await signedIn('bob');
    expect((await sessionsOf(bob)).map(({ id }) => id)).not.toContain(own?.id);
    for (const id of [own?.id, 'none']) {
      const response = await bob.fetch(`/api/account/sessions/${id}`, { method: 'DELETE' });
      expect(response.status).toBe(404);
    }
    expect((await ada.fetch('/api/state')).status).toBe(200);
  });

  it('are ended by an operator, and by nobody else', async () => {
    const ada = await signedIn('ada');
    const line = parley.log.findLast((each) => each.includes('"audit":"signed in"')) ?? '{}';
    const { tenant } = JSON.parse(line) as { tenant: string };
    const end = (browser: Browser) => browser.fetch(`/api/people/${tenant}/sessions`, { method: 'DELETE' });
    expect((await end(await signedIn('bob'))).status).toBe(404);
    expect((await end(await withToken())).status).toBe(404);
    const { version } = await ada.state();
    expect((await end(await signedIn('root'))).status).toBe(204);
    expect((await ada.fetch('/api/state')).status).toBe(401);
    // Windows of hers at another process hear of a new version, and find that they are signed out.
    expect((await (await signedIn('ada')).state()).version).not.toBe(version);
  });

  it('are none where the access token opened the page', async () => {
    const browser = await withToken();
    expect((await browser.state()).account).toBeNull();
    expect((await browser.state()).services).toEqual([{ id: 'oidc', name: 'the office' }]);
    expect((await browser.fetch('/api/account/sessions')).status).toBe(404);
  });
});

describe('what a browser had before its person signed in', () => {
  it('is theirs only once they say so, with its answers, files and settings', async () => {
    const browser = await withToken();
    const conversation = await said(browser, 'Remember the otters');
    const upload = await browser.fetch(`/api/conversations/${conversation}/attachments?name=otters.txt`, {
      method: 'POST',
      body: 'Otters hold hands.',
      headers: { 'content-type': 'text/plain' },
    });
    const { id: file } = (await upload.json()) as { id: string };
    const turn = await browser.send(conversation, 'Look', { attachments: [file] });
    await browser.follow(conversation, turn.id);
    await browser.fetch('/api/settings', { method: 'PATCH', json: { persona: 'A friend of otters' } });
    await keepsPersona(browser, 'otter', 'Talk like an otter.');
    await keepsPersona(browser, 'Mine', 'Not taken.');
    const before = await browser.turns(conversation);
    const copied = new Map(browser.cookies());

    await keepsPersona(await signedIn('carol'), 'mine', 'Stays.');
    await signedIn('carol', browser);
    expect((await browser.state()).conversations).toEqual([]);
    expect((await browser.state()).account).toMatchObject({ name: 'Carol', before: 1 });
    const taken = await browser.fetch('/api/account/before', { method: 'POST', json: { take: true } });
    expect(taken.status).toBe(200);
    const state = await browser.state();
    expect(state.account?.before).toBeNull();
    expect(state.conversations.map(({ id }) => id)).toEqual([conversation]);
    expect(state.settings.persona).toBe('A friend of otters');
    const { personas } = await browser.get<{ personas: PersonaView[] }>('/api/personas');
    expect(personas.map(({ name, text }) => [name, text])).toEqual([
      ['mine', 'Stays.'],
      ['otter', 'Talk like an otter.'],
    ]);
    const after = await browser.turns(conversation);
    expect(after.map(({ text, answer, end }) => ({ text, answer, end }))).toEqual(
      before.map(({ text, answer, end }) => ({ text, answer, end })),
    );
    const bytes = await browser.fetch(`/api/conversations/${conversation}/attachments/${file}`);
    expect(await bytes.text()).toBe('Otters hold hands.');
    // Another device has it, too, and it goes on there.
    const phone = await signedIn('carol');
    const next = await phone.send(conversation, 'And now?');
    expect((await phone.follow(conversation, next.id)).end).toBe('stop');
    // The secret from before opens nothing.
    const attacker = parley.browser();
    for (const [name, value] of copied) attacker.cookies().set(name, value);
    expect((await attacker.fetch(`/api/conversations/${conversation}`)).status).toBe(401);
  });

  it('is deleted where they do not want it, and nothing of it is asked about again', async () => {
    const browser = await withToken();
    await said(browser, 'Not mine');
    await signedIn('dan', browser);
    await browser.fetch('/api/account/before', { method: 'POST', json: { take: false } });
    expect(await browser.state()).toMatchObject({ conversations: [], account: { before: null } });
    const again = await browser.fetch('/api/account/before', { method: 'POST', json: { take: true } });
    expect(again.status).toBe(404);
  });

  it('is never what another person left in the browser', async () => {
    const browser = await signedIn('ada');
    await said(browser, 'The secret of Ada');
    await signedIn('bob', browser);
    expect((await browser.state()).account?.before).toBeNull();
    expect(JSON.stringify(await browser.state())).not.toContain('secret of Ada');
  });
});

describe('an account', () => {
  it('is exported as one file, with each conversation as Markdown and all of them as JSON', async () => {
    const browser = await signedIn('erin');
    await said(browser, 'Remember the otters');
    await said(browser, '../../etc/passwd');
    const response = await browser.fetch('/api/account/export', { method: 'POST' });
    expect(response.headers.get('content-disposition')).toContain('attachment');
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const names = Object.keys(files);
    expect(names.filter((name) => name.startsWith('markdown/'))).toHaveLength(2);
    expect(names.join()).not.toContain('..');
    const all = JSON.parse(
      strFromU8(files['conversations.json'] ?? new Uint8Array()),
    ) as ExportedConversation[];
    expect(all.map(({ turns }) => turns[0]?.text).sort()).toEqual([
      '../../etc/passwd',
      'Remember the otters',
    ]);
    const markdown = names.find((name) => name.includes('otters')) ?? '';
    expect(strFromU8(files[markdown] ?? new Uint8Array())).toContain('Remember the otters');
    expect(JSON.parse(strFromU8(files['account.json'] ?? new Uint8Array()))).toMatchObject({ name: 'Erin' });
  });

  it('is exported with the versions that are shown', async () => {
    const browser = await signedIn('frank');
    const id = await said(browser, 'Ask the otters');
    const [turn] = await browser.turns(id);
    const json = { id: randomUUID(), text: 'Ask the seals' };
    const path = `/api/conversations/${id}/turns/${turn?.id}/edit`;
    await expect.poll(async () => (await browser.fetch(path, { method: 'POST', json })).ok).toBe(true);
    const response = await browser.fetch('/api/account/export', { method: 'POST' });
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const markdown = Object.keys(files).find((name) => name.includes(id.slice(0, 8))) ?? '';
    const text = strFromU8(files[markdown] ?? new Uint8Array());
    expect(text).toContain('Ask the seals\n');
    expect(text).not.toContain('\nAsk the otters');
    const exported = JSON.parse(
      strFromU8(files['conversations.json'] ?? new Uint8Array()),
    ) as ExportedConversation[];
    const all = exported.find((one) => one.id === id);
    expect(all?.shown).toBe(json.id);
    expect(all?.turns).toHaveLength(2);
  });

  it('is deleted with a receipt, on every device, and empty when its person comes back', async () => {
    const browser = await signedIn('erin');
    const phone = await signedIn('erin');
    const shared = await said(browser, 'Forget the otters');
    const path = `/api/conversations/${shared}/share`;
    expect((await browser.fetch(path, { method: 'POST', json: {} })).status).toBe(201);
    const { conversations } = await browser.state();
    const response = await browser.fetch('/api/account', { method: 'DELETE' });
    expect(response.status).toBe(200);
    const receipt = (await response.json()) as AccountReceipt;
    expect(receipt.conversations).toBe(conversations.length);
    expect(receipt.messages).toBe(conversations.length);
    expect(receipt.sessions).toBeGreaterThanOrEqual(2);
    for (const device of [browser, phone]) expect((await device.fetch('/api/state')).status).toBe(401);
    const again = await signedIn('erin');
    expect((await again.state()).conversations).toEqual([]);
  });

  it('is gone on every device when the operator forgets its person', async () => {
    const browser = await signedIn('frank');
    const line = parley.log.findLast((each) => each.includes('"audit":"signed in"')) ?? '{}';
    const { tenant } = JSON.parse(line) as { tenant: string };
    await said(browser, 'Forget the otters');
    const { code } = await operateHere(parley.folder, {}, 'forget', 'person', tenant);
    expect(code).toBe(0);
    expect((await browser.fetch('/api/state')).status).toBe(401);
    const again = await signedIn('frank');
    expect((await again.state()).conversations).toEqual([]);
    expect(await sessionsOf(again)).toHaveLength(1);
  });

  it('is nobody’s where the access token opened the page', async () => {
    const browser = await withToken();
    const asked = [
      ['POST', '/api/account/export'],
      ['DELETE', '/api/account'],
    ] as const;
    for (const [method, path] of asked) expect((await browser.fetch(path, { method })).status).toBe(404);
  });
});
