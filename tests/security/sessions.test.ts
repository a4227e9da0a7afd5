/** Sessions and the access token, as people outside try them. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { startPostgres } from '../../lab/counterparts/postgres.ts';
import { ORIGIN_HEADER } from '../../src/adapters/web/api.ts';
import { openStore } from '../../src/store/open.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Browser, browserOf, startParley } from '../harness/web.ts';
import { ask, asPage, cookieOf } from './outside.ts';

const WEB_TOKEN = 'a token for the test';
const REMOTE = { HOST: '0.0.0.0', WEB_TOKEN };
const form = (token: string) => new URLSearchParams({ token }).toString();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const enter = (url: string, token: string, headers: Record<string, string> = {}) =>
  ask(url, '/access', { method: 'POST', headers: { ...FORM, ...headers }, body: form(token) });

const enterBy = (browser: Browser) =>
  browser.fetch('/access', { method: 'POST', body: form(WEB_TOKEN), headers: FORM });

/** A store of 0.1.0 with one conversation, and the cookie it was opened by. */
async function leftBy010(): Promise<{ folder: string; earlier: string; id: string }> {
  const folder = await emptyFolder();
  const earlier = randomBytes(32).toString('base64url');
  const tenant = `web:${createHash('sha256').update(earlier).digest('base64url')}`;
  const id = '5f0c6c2e-6f0e-4c3e-9d5b-3f0e2b9e7a10';
  const store = await openStore(`sqlite://${join(folder, 'parley.sqlite')}`);
  await store.write([{ key: `conversations|${tenant}`, value: [{ id, title: 'Old', at: 1 }] }]);
  await store.close();
  return { folder, earlier, id };
}

describe('the access token', () => {
  it('always enters, however many wrong ones came before from the same address', async () => {
    await using parley = await startParley(REMOTE);
    const statuses: number[] = [];
    for (let i = 0; i < 60; i++) statuses.push((await enter(parley.app.url, `wrong ${i}`)).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    const entered = await enter(parley.app.url, WEB_TOKEN);
    expect(entered.status).toBe(303);
    const headers = { ...asPage(), cookie: cookieOf(...entered.cookies) };
    expect((await ask(parley.app.url, '/api/state', { headers })).status).toBe(200);
  });

  it('enters through a proxy that gives Parley another host, and the page goes on there', async () => {
    await using parley = await startParley(REMOTE);
    // As a browser sends it over plain http; nginx with nothing but proxy_pass puts its own upstream in as the host.
    const proxied = { origin: 'http://parley.example:8080', host: '127.0.0.1:3000' };
    const entered = await enter(parley.app.url, WEB_TOKEN, proxied);
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    const write = (headers: Record<string, string>) =>
      ask(parley.app.url, '/api/conversations', {
        method: 'POST',
        body: '{}',
        headers: {
          ...asPage(),
          cookie: cookieOf(entered.cookies.at(-1) ?? ''),
          'content-type': 'application/json',
          ...proxied,
          ...headers,
        },
      }).then(({ status }) => status);
    expect(await write({ [ORIGIN_HEADER]: 'http://parley.example:8080' })).toBe(201);
    expect(await write({})).toBe(403);
    expect(await write({ [ORIGIN_HEADER]: 'http://parley.example' })).toBe(403);
    const crossing = { [ORIGIN_HEADER]: proxied.origin, 'sec-fetch-site': 'cross-site' };
    expect(await write(crossing)).toBe(403);
  });

  it('is not tried by another site whose browser says so, and a person is told in words', async () => {
    await using parley = await startParley(REMOTE);
    for (const site of ['cross-site', 'same-site']) {
      const refused = await enter(parley.app.url, WEB_TOKEN, { 'sec-fetch-site': site });
      expect([refused.status, refused.cookies]).toEqual([403, []]);
      expect(refused.headers['content-type']).toMatch(/^text\/plain/);
      expect(refused.body).toContain('This request came from another site.');
    }
  });

  it('is guessed by each client for itself, through trusted proxies alone', async () => {
    await using parley = await startParley({ ...REMOTE, TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' });
    const guess = (forwarded: string) =>
      enter(parley.app.url, 'wrong', { 'x-forwarded-for': forwarded }).then(({ status }) => status);
    for (let i = 0; i < 30; i++) await guess(`203.0.113.${i}, 192.0.2.1, 10.0.0.7`);
    // A client does not become another by what it writes before its own address.
    expect(await guess('203.0.113.99, 192.0.2.1')).toBe(429);
    expect(await guess('[::ffff:192.0.2.1]:4711')).toBe(429);
    expect(await guess('192.0.2.2')).toBe(401);
    for (let i = 0; i < 30; i++) await guess(`2001:db8:1:2::${i}`);
    expect(await guess('2001:db8:1:2:3:4:5:6')).toBe(429);
    expect(await guess('2001:db8:1:3::1')).toBe(401);
  });

  it('is guessed by each client also where proxies are named as IPv6 has IPv4, and lists have gaps', async () => {
    await using parley = await startParley({ ...REMOTE, TRUSTED_PROXIES: '::ffff:127.0.0.0/104' });
    const guess = (forwarded: string) =>
      enter(parley.app.url, 'wrong', { 'x-forwarded-for': forwarded }).then(({ status }) => status);
    for (let i = 0; i < 30; i++) await guess('192.0.2.1, ');
    expect(await guess('192.0.2.1')).toBe(429);
    expect(await guess('192.0.2.2, ,')).toBe(401);
  });

  it('counts by the socket where no proxy is trusted, whatever a request says of itself', async () => {
    await using parley = await startParley(REMOTE);
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const answer = await enter(parley.app.url, 'wrong', { 'x-forwarded-for': `192.0.2.${i}` });
      statuses.push(answer.status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it('is refused where it can be guessed', async () => {
    await expect(startParley({ ...REMOTE, WEB_TOKEN: 'nineteen characters' })).rejects.toThrow(
      /WEB_TOKEN must have 20 characters or more/,
    );
  });

  it('ends the sessions that another one opened', async () => {
    const first = await startParley(REMOTE);
    const browser = first.browser();
    await enterBy(browser);
    await browser.state();
    await first.app.stop();
    await using second = await startParley({ ...REMOTE, WEB_TOKEN: 'another token for it' }, first.folder);
    expect((await browser.at(second.app.url).fetch('/api/state')).status).toBe(401);
  });

  it('is in no log', async () => {
    await using parley = await startParley(REMOTE);
    await enter(parley.app.url, WEB_TOKEN);
    await ask(parley.app.url, `/access?token=${encodeURIComponent(WEB_TOKEN)}`);
    await enter(parley.app.url, 'not the token at all');
    expect(parley.log.join()).not.toMatch(/a token for|not the token/);
    expect(parley.log.join()).toContain('signed in');
  });
});

describe('a session', () => {
  const madeUp = () => randomBytes(32).toString('base64url');

  it.each([
    ['parley_session', madeUp()],
    ['parley_session_abcdefgh', madeUp()],
    ['parley_access', createHash('sha256').update(WEB_TOKEN).digest('base64url')],
    ['__Host-parley_session_abcdefgh', madeUp()],
  ])('is none that somebody made up as %s', async (name, secret) => {
    const cookie = `${name}=${secret}`;
    await using remote = await startParley(REMOTE);
    expect((await ask(remote.app.url, '/', { headers: { cookie } })).status).toBe(401);
    await using open = await startParley();
    const { cookies } = await ask(open.app.url, '/', { headers: { cookie } });
    expect(cookies.join()).not.toContain(secret);
    expect(cookies.at(-1)).toMatch(/^parley_session_[\w-]{8}=[\w-]{43};/);
    // Two who name the same made-up cookie have nothing in common.
    const conversations = {
      method: 'POST',
      body: '{}',
      headers: { cookie, 'content-type': 'application/json' },
    };
    await ask(open.app.url, '/api/conversations', conversations);
    const state = await ask(open.app.url, '/api/state', { headers: { ...asPage(), cookie } });
    expect(JSON.parse(state.body).conversations).toEqual([]);
  });

  it('is kept by its hash alone', async () => {
    const parley = await startParley();
    const { cookies } = await ask(parley.app.url, '/');
    const secret = /=([\w-]{43});/.exec(cookies[0] ?? '')?.[1] ?? '';
    await parley.app.stop();
    expect(secret).not.toBe('');
    expect(readFileSync(join(parley.folder, 'parley.sqlite'), 'latin1')).not.toContain(secret);
  });

  it('has a cookie that other hosts and plain http neither set nor get', async () => {
    await using parley = await startParley({ PUBLIC_URL: 'https://parley.example.com', WEB_TOKEN });
    const entered = await enter(parley.app.url, WEB_TOKEN);
    expect(entered.cookies.at(-1)).toMatch(
      /^__Host-parley_session_[\w-]{8}=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(entered.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    const [pair = ''] = (entered.cookies.at(-1) ?? '').split(';');
    const statusOf = async (cookie: string) =>
      (await ask(parley.app.url, '/', { headers: { cookie } })).status;
    expect(await statusOf(pair)).toBe(200);
    // The same without the prefix may be another host's.
    expect(await statusOf(pair.replace('__Host-', ''))).toBe(401);
  });

  it('has such a cookie also where a trusted proxy says that it speaks TLS, and nobody else', async () => {
    await using parley = await startParley({ ...REMOTE, TRUSTED_PROXIES: '127.0.0.1' });
    const proxied = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' };
    const entered = await enter(parley.app.url, WEB_TOKEN, proxied);
    expect(entered.cookies.at(-1)).toMatch(/^__Host-.*Secure/);
    await using other = await startParley(REMOTE);
    const plain = await enter(other.app.url, WEB_TOKEN, proxied);
    expect(plain.cookies.at(-1)).not.toMatch(/__Host-|Secure/);
    expect(plain.headers['strict-transport-security']).toBeUndefined();
    for (const { log } of [parley, other]) {
      expect(log.filter((line) => JSON.parse(line).level === 40).join()).toContain('set PUBLIC_URL');
    }
  });

  it('is another one after signing in, so that one that was planted before opens nothing', async () => {
    await using parley = await startParley();
    const planted = await ask(parley.app.url, '/');
    const cookie = cookieOf(...planted.cookies);
    await ask(parley.app.url, '/', { version: '1.0' });
    const token = readFileSync(join(parley.folder, 'web.token'), 'utf8').trim();
    const entered = await enter(parley.app.url, token, { cookie });
    const own = cookieOf(entered.cookies.at(-1) ?? '');
    expect(own).not.toBe(cookie);
    expect((await ask(parley.app.url, '/', { headers: { cookie } })).status).toBe(401);
    expect((await ask(parley.app.url, '/', { headers: { cookie: own } })).status).toBe(200);
  });

  it('is in no answer that caches may keep for everyone', async () => {
    await using parley = await startParley(REMOTE);
    const entered = await enter(parley.app.url, WEB_TOKEN);
    const headers = { cookie: cookieOf(entered.cookies.at(-1) ?? '') };
    const page = await ask(parley.app.url, '/', { headers });
    const [script = ''] = /\/assets\/main-\w+\.js/.exec(page.body) ?? [];
    const asset = await ask(parley.app.url, script, { headers });
    expect([asset.status, asset.headers['cache-control'], asset.cookies]).toEqual([
      200,
      expect.stringContaining('public'),
      [],
    ]);
  });

  it('of the open page goes on where the operator has set PUBLIC_URL since', async () => {
    const first = await startParley();
    const browser = first.browser();
    const id = await browser.newConversation();
    await first.app.stop();
    await using second = await startParley(
      { PUBLIC_URL: 'https://parley.example.com', WEB_TOKEN },
      first.folder,
    );
    const here = browser.at(second.app.url);
    expect((await here.fetch('/api/state')).status).toBe(401);
    await enterBy(here);
    expect((await here.state()).conversations).toMatchObject([{ id }]);
  });

  it('ends when its person signs out, with what was kept of it, and does not come back by its cookie', async () => {
    const parley = await startParley(REMOTE);
    const browser = parley.browser();
    await enterBy(browser);
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'canary-of-who-left');
    await browser.follow(id, turn.id);
    await browser.fetch('/api/settings/key', { method: 'PUT', json: { key: 'sk-of-who-left' } });
    const cookies = new Map<string, string>();
    const copy = browserOf(parley.app.url, cookies);
    // Somebody copied the cookie.
    for (const [name, value] of browser.cookies()) cookies.set(name, value);
    expect((await copy.fetch('/api/state')).status).toBe(200);
    const left = await browser.fetch('/api/session', { method: 'DELETE' });
    expect(left.status).toBe(204);
    expect(left.headers.get('clear-site-data')).toContain('"storage"');
    expect([...browser.cookies()]).toEqual([]);
    expect((await copy.fetch('/api/state')).status).toBe(401);
    await enterBy(browser);
    const { conversations, settings } = await browser.state();
    expect([conversations, settings.key]).toEqual([[], null]);
    await parley.app.stop();
    const store = await openStore(`sqlite://${join(parley.folder, 'parley.sqlite')}`);
    const keys = await store.keys('');
    await store.close();
    // That a message was seen is known for a while, since it might come again.
    expect(keys.filter((key) => key.includes(id) && !key.startsWith('message|'))).toEqual([]);
  });

  it('stays a browser’s own beside those of other Parleys on this host, whose cookies come along', async () => {
    await using one = await startParley(REMOTE);
    await using other = await startParley({ ...REMOTE, WEB_TOKEN: 'the token of another' });
    const browser = one.browser();
    const there = browser.at(other.app.url);
    const signIn = (at: typeof browser, token: string) =>
      at.fetch('/access', { method: 'POST', body: form(token), headers: FORM });
    await signIn(browser, WEB_TOKEN);
    const id = await browser.newConversation();
    await signIn(there, 'the token of another');
    const idThere = await there.newConversation();
    expect((await browser.state()).conversations).toMatchObject([{ id }]);
    await there.fetch('/api/session', { method: 'DELETE' });
    expect((await browser.state()).conversations).toMatchObject([{ id }]);
    expect((await there.fetch(`/api/conversations/${idThere}`)).status).toBe(401);
  });

  it('is found among the cookies of many stores that are gone, and those are dropped in time', async () => {
    await using parley = await startParley();
    const jar = new Map<string, string>();
    const browser = browserOf(parley.app.url, jar);
    for (let i = 0; i < 60; i++) {
      jar.clear();
      for (let gone = 0; gone < i; gone++) jar.set(`parley_session_gone${1000 + gone}`, madeUp());
      const id = await browser.newConversation();
      expect([i, (await browser.state()).conversations]).toMatchObject([i, [{ id }]]);
      expect(jar.size).toBeLessThanOrEqual(24);
    }
  });

  it('ends the streams of windows at another process once it has ended', async () => {
    await using postgres = await startPostgres();
    const env = {
      ...REMOTE,
      STORE_URL: await postgres.database(),
      MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    await using one = await startParley(env);
    await using other = await startParley(env);
    const browser = one.browser();
    await browser.fetch('/access', { method: 'POST', body: form(WEB_TOKEN), headers: FORM });
    const there = browser.at(other.app.url);
    const { version } = await there.state();
    const events = `/api/events?seen=${version}&window=window-1`;
    const { body } = await there.fetch(events);
    const reading = (async () => {
      for await (const _ of body ?? []);
    })().catch(() => {});
    await browser.fetch('/api/session', { method: 'DELETE' });
    await reading;
    expect((await there.fetch(events)).status).toBe(401);
  });

  it('is one for two windows that open the page at once, whichever cookie comes last', async () => {
    await using parley = await startParley();
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const loads = [await ask(parley.app.url, '/'), await ask(parley.app.url, '/')];
      const [early = '', late = ''] = order.map((index) => cookieOf(...(loads[index]?.cookies ?? [])));
      const write = (cookie: string) =>
        ask(parley.app.url, '/api/conversations', {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: '{}',
        });
      // One window has written before the other's cookie came.
      expect((await write(early)).status).toBe(201);
      expect((await write(`${early}; ${late}`)).status).toBe(201);
      expect((await write(`${late}; ${early}`)).status).toBe(201);
      const jar = new Map([early, late].map((pair) => pair.split('=', 2) as [string, string]));
      expect((await browserOf(parley.app.url, jar).state()).conversations).toHaveLength(3);
    }
  });

  it('that a browser has of 0.1.0 keeps its conversations, once, and only where it left any', async () => {
    const { folder, earlier, id } = await leftBy010();
    await using parley = await startParley({}, folder);
    const jar = new Map([['parley_session', earlier]]);
    const browser = browserOf(parley.app.url, jar);
    const two = await Promise.all([browser.state(), browserOf(parley.app.url, new Map(jar)).state()]);
    for (const { conversations } of two) expect(conversations).toMatchObject([{ id }]);
    expect([...jar.keys()]).toEqual([expect.stringMatching(/^parley_session_/)]);
    await browser.fetch('/api/session', { method: 'DELETE' });
    const again = browserOf(parley.app.url, new Map([['parley_session', earlier]]));
    expect((await again.state()).conversations).toEqual([]);
  });

  it('of 0.1.0 goes on behind the token, too', async () => {
    const { folder, earlier, id } = await leftBy010();
    await using parley = await startParley(REMOTE, folder);
    const browser = browserOf(parley.app.url, new Map([['parley_session', earlier]]));
    expect((await browser.fetch('/')).status).toBe(401);
    await enterBy(browser);
    expect((await browser.state()).conversations).toMatchObject([{ id }]);
  });
});

describe('limits', () => {
  it('hold an address with many sessions, and no other address', async () => {
    await using parley = await startParley({ ...REMOTE, TRUSTED_PROXIES: '127.0.0.1' });
    const cookies: string[] = [];
    for (let i = 0; i < 8; i++) {
      const entered = await enter(parley.app.url, WEB_TOKEN, { 'x-forwarded-for': '192.0.2.1' });
      cookies.push(cookieOf(...entered.cookies));
    }
    const write = async (index: number, address: string) => {
      const response = await fetch(`${parley.app.url}/api/settings`, {
        method: 'PATCH',
        body: '{}',
        headers: {
          cookie: cookies[index % cookies.length] ?? '',
          'content-type': 'application/json',
          'x-forwarded-for': address,
        },
      });
      await response.text();
      return response.status;
    };
    let refused = 0;
    for (let i = 0; i < 1_300; i++) if ((await write(i, '192.0.2.1')) === 429) refused++;
    expect(refused).toBe(100);
    expect(await write(0, '192.0.2.2')).toBe(200);
  });

  it('hold who asks the provider for its models without end, and not who reads', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({
      ...REMOTE,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-of-the-operator',
      OPERATOR_MODELS: '*',
    });
    const browser = parley.browser();
    const entered = await browser.fetch('/access', { method: 'POST', body: form(WEB_TOKEN), headers: FORM });
    expect(entered.headers.get('cache-control')).toBe('no-store');
    const refusedOf = async (path: string) => {
      let refused = 0;
      for (let i = 0; i < 260; i++) if ((await browser.fetch(path)).status === 429) refused++;
      return refused;
    };
    expect(await refusedOf('/api/models')).toBe(20);
    expect(await refusedOf('/api/state')).toBe(0);
  });

  it('let a session have 20 event streams, and another as soon as one has ended', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const { version } = await browser.state();
    const open = async () => {
      const leaving = new AbortController();
      const response = await browser.fetch(`/api/events?seen=${version}&window=window-1`, {
        signal: leaving.signal,
      });
      return { status: response.status, leave: () => leaving.abort() };
    };
    const streams = await Promise.all(Array.from({ length: 25 }, open));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await parley.browser().fetch('/api/state')).status).toBe(200);
    streams.find(({ status }) => status === 200)?.leave();
    await expect.poll(async () => (await open()).status).toBe(200);
    for (const { leave } of streams) leave();
  });
});
