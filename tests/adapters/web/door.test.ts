/** Access to the page: sessions, origins, hosts and the access token. */
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../../fixtures.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';

let parley: Parley;
let browser: Browser;
let conversation: string;

beforeAll(async () => {
  parley = await startParley();
  browser = parley.browser();
  conversation = await browser.newConversation();
});
afterAll(() => parley.app.stop());

/** A request with a Host header of the test's choice, which fetch does not allow. */
function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

it('gives the microphone to the page alone, and nothing else of the device', async () => {
  const { headers } = await parley.browser().fetch('/');
  const policy = headers.get('permissions-policy') ?? '';
  expect(policy).toContain('microphone=(self)');
  for (const other of ['camera', 'geolocation', 'display-capture', 'usb'])
    expect(policy).toContain(`${other}=()`);
});

interface ListedRoute {
  method: string;
  path: string;
}

/** All routes that the table in api.ts lists. */
const listedRoutes: ListedRoute[] = [
  ...readFileSync(new URL('../../../src/adapters/web/api.ts', import.meta.url), 'utf8').matchAll(
    /^ \* \| `(GET|POST|PUT|PATCH|DELETE) (\/api\/[\w:/]+)/gm,
  ),
].map(([, method = '', path = '']) => ({ method, path }));

/** Valid bodies by the last part of a path, so that nothing but the conversation is wrong. */
const bodies: Record<string, unknown> = {
  ':id': { title: 'stolen' },
  choices: { temperature: 1 },
  messages: { id: randomUUID(), text: 'hi', attachments: [] },
  edit: { id: randomUUID(), text: 'hi', attachments: [] },
  regenerate: { id: randomUUID() },
  shown: { branch: randomUUID() },
};

describe('a session', () => {
  it('is an opaque cookie of 256 bits that scripts and other sites do not get', async () => {
    const [cookie = ''] = (await parley.browser().fetch('/')).headers.getSetCookie();
    expect(cookie).toMatch(/^parley_session_[\w-]{8}=[\w-]{43};/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });

  it('gets 404 for what belongs to another, whatever it asks', async () => {
    const turn = await browser.send(conversation, 'mine');
    await browser.follow(conversation, turn.id);
    const other = parley.browser();
    const routes = listedRoutes.filter(({ path }) => path.includes('/conversations/:id'));
    expect(routes.length).toBeGreaterThanOrEqual(20);
    const ask = async ({ method, path }: ListedRoute, id: string, turnId: string) => {
      const address = path.replace(':id', id).replace(':turn', turnId).replace(':attachment', randomUUID());
      const isFile = path.endsWith('/attachments');
      const json = isFile ? undefined : bodies[path.split('/').at(-1) ?? ''];
      const response = await other.fetch(isFile ? `${address}?name=x.txt` : address, {
        method,
        ...(isFile && method === 'POST' && { body: 'text' }),
        ...(method !== 'GET' && json !== undefined && { json }),
      });
      return { method, path, status: response.status, body: await response.text() };
    };
    for (const route of routes) {
      const asked = await ask(route, conversation, turn.id);
      expect(asked).toMatchObject({ ...route, status: 404 });
      expect(asked).toEqual(await ask(route, randomUUID(), randomUUID()));
    }
    expect((await other.fetch(`/c/${conversation}`)).status).toBe(404);
    expect((await browser.turns(conversation))[0]).toMatchObject({ text: 'mine', end: 'stop' });
  });

  it('is one and the same when it begins with a write', async () => {
    const newcomer = parley.browser();
    const id = await newcomer.newConversation();
    expect(await newcomer.turns(id)).toEqual([]);
  });

  it('is begun anew for a cookie that is none of ours', async () => {
    const response = await fetch(`${parley.app.url}/`, { headers: { cookie: 'parley_session=short' } });
    expect(response.headers.getSetCookie()[0]).toMatch(/^parley_session_[\w-]{8}=[\w-]{43};/);
  });
});

describe('the door', () => {
  it('refuses every write that comes from another site', async () => {
    await using parley = await startParley({ WEB_OPEN: 'on' });
    const browser = parley.browser();
    const conversation = await browser.newConversation();
    const writes = listedRoutes.filter(({ method }) => method !== 'GET');
    expect(writes.length).toBeGreaterThanOrEqual(30);
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const { method, path } of writes) {
      for (const headers of foreign) {
        const address = path.replace(':id', conversation).replace(/:\w+/g, () => randomUUID());
        const response = await browser.fetch(address, { method, json: {}, headers });
        expect([path, response.status]).toEqual([path, 403]);
      }
    }
    const own = { origin: parley.app.url, 'sec-fetch-site': 'same-origin' };
    expect(
      (await browser.fetch('/api/conversations', { method: 'POST', json: {}, headers: own })).status,
    ).toBe(201);
  });

  it('does not open under a name that only leads here by DNS', async () => {
    await using parley = await startParley();
    expect(await statusWithHost(parley.app.url, `localhost:${new URL(parley.app.url).port}`)).toBe(200);
    expect(await statusWithHost(parley.app.url, 'rebound.example')).toBe(401);
  });

  it('sends a policy without inline script on everything, and no content sniffing', async () => {
    for (const path of ['/', '/api/state', '/nothing-here']) {
      const { headers } = await browser.fetch(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const html = await (await browser.fetch('/')).text();
    expect(html).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('beyond loopback', () => {
  it('asks for a token that was made on first start and shown once, and serves nothing without', async () => {
    const remote = await startParley({ HOST: '0.0.0.0' });
    const tokenFile = join(remote.folder, 'web.token');
    const token = readFileSync(tokenFile, 'utf8').trim();
    try {
      expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
      expect(remote.app.pageUrl).toContain(`/access?token=${token}`);
      const stranger = remote.browser();
      for (const path of ['/', '/new', '/c/1', '/api/state', '/api/models', '/assets/main.js', '/nothing']) {
        const response = await stranger.fetch(path);
        expect([path, response.status]).toEqual([path, 401]);
        expect(await response.text()).not.toContain('/assets/');
      }
      expect((await stranger.fetch('/access?token=wrong')).status).toBe(401);
      expect((await stranger.fetch('/healthz')).status).toBe(200);
      const entered = await stranger.fetch(`/access?token=${token}`);
      expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
      expect((await stranger.fetch('/')).status).toBe(200);
      expect((await stranger.state()).settings.mayChangeBaseUrl).toBe(false);
    } finally {
      await remote.app.stop();
    }
    const again = await startParley({ HOST: '0.0.0.0' }, remote.folder);
    expect(again.app.pageUrl).not.toContain('token');
    await again.app.stop();
  });

  it('takes WEB_TOKEN, by the form too, and slows down who guesses', async () => {
    await using remote = await startParley({ HOST: '0.0.0.0', WEB_TOKEN: 'correct horse battery' });
    const visitor = remote.browser();
    const enter = (token: string) =>
      visitor.fetch('/access', { method: 'POST', body: new URLSearchParams({ token }) });
    expect((await enter('wrong')).status).toBe(401);
    expect((await enter('correct horse battery')).status).toBe(303);
    expect((await visitor.fetch('/api/state')).status).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 40 }, (_, i) => enter(`guess ${i}`)));
    expect(guesses.at(-1)?.status).toBe(429);
    // The right token still works: guessing locks nobody out.
    expect((await enter('correct horse battery')).status).toBe(303);
    expect((await visitor.fetch('/api/state')).status).toBe(200);
    const flood = await visitor.fetch('/access', { method: 'POST', body: 'x'.repeat(5_000_000) });
    expect(flood.status).toBe(413);
  });

  it('does not start on a token file that holds none', async () => {
    const folder = await emptyFolder();
    writeFileSync(join(folder, 'web.token'), '');
    await expect(startParley({ HOST: '0.0.0.0' }, folder)).rejects.toThrow(
      /web\.token holds no access token/,
    );
  });

  it('asks for the token behind a proxy as well, when PUBLIC_URL says that it is public', async () => {
    await using proxied = await startParley({ PUBLIC_URL: 'https://parley.example.com' });
    expect(await statusWithHost(proxied.app.url, 'parley.example.com')).toBe(401);
    expect(proxied.app.pageUrl).toMatch(/^https:\/\/parley\.example\.com\/access\?token=/);
    const cookies = (
      await proxied.browser().fetch(new URL(proxied.app.pageUrl ?? '').href.replace(/^https:\/\/[^/]+/, ''))
    ).headers.getSetCookie();
    expect(cookies.at(-1)).toMatch(/^__Host-.*Secure/);
  });
});
