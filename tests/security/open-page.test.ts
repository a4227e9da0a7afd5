/** The open page: for people on the machine, until the first sign that somebody else reaches it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startPostgres } from '../../lab/counterparts/postgres.ts';
import { ORIGIN_HEADER } from '../../src/adapters/web/api.ts';
import { emptyFolder } from '../fixtures.ts';
import { browserOf, startParley } from '../harness/web.ts';
import { type Asked, ask, asPage, cookieOf, startIn } from './outside.ts';

const header = (name: string, value: string): Asked => ({ headers: { [name]: value } });

const SIGNS: [string, Asked][] = [
  ['Forwarded', header('forwarded', 'for=192.0.2.1;proto=http')],
  ['X-Forwarded-For', header('x-forwarded-for', '127.0.0.1')],
  ['X-Forwarded-Host', header('X-Forwarded-Host', 'localhost')],
  ['X-Forwarded-Proto', header('x-forwarded-proto', 'https')],
  ['X-Forwarded-Prefix, which nobody listed', header('x-forwarded-prefix', '/parley')],
  ['X-Real-IP', header('x-real-ip', '192.0.2.1')],
  ['Via', header('via', '1.1 proxy')],
  ['CF-Connecting-IP', header('cf-connecting-ip', '192.0.2.1')],
  ['CF-Ray', header('cf-ray', '8e1')],
  ['True-Client-IP', header('true-client-ip', '192.0.2.1')],
  ['X-Client-IP', header('x-client-ip', '192.0.2.1')],
  ['X-Cluster-Client-IP', header('x-cluster-client-ip', '192.0.2.1')],
  ['X-Source-IP, empty', header('X-Source-IP', '')],
  ['X-Real-Port', header('x-real-port', '4711')],
  ['X-NginX-Proxy', header('X-NginX-Proxy', 'true')],
  ['X_Forwarded_For', header('X_Forwarded_For', '192.0.2.1')],
  ['X-Original-Host', header('x-original-host', 'parley.example.com')],
  ['X-Amzn-Trace-Id', header('x-amzn-trace-id', 'Root=1')],
  ['X-Envoy-External-Address', header('x-envoy-external-address', '192.0.2.1')],
  ['Fly-Client-IP', header('fly-client-ip', '192.0.2.1')],
  ['Tailscale-User-Login', header('tailscale-user-login', 'ada@example.com')],
  ['CDN-Loop', header('cdn-loop', 'cloudflare')],
  ['an Origin elsewhere', header('origin', 'https://parley.example.com')],
  ['an Origin that begins like this machine', header('origin', 'http://localhost.example.com')],
  ['an Origin of none', header('origin', 'null')],
  ['a Referer elsewhere', header('referer', 'https://parley.example.com/c/1')],
  ['a Referer by an address of the network', header('referer', 'http://192.168.1.5:3000/')],
  ['a Host elsewhere', header('host', 'parley.example.com')],
  ['a Host that begins like this machine', header('host', '127.0.0.1.example.com')],
  ['a Host by an address of the network', header('host', '192.168.1.5:3000')],
  ['HTTP/1.0, as nginx speaks it', { version: '1.0' }],
  ['a whole address as the target', { target: 'http://parley.example.com/' }],
  ['the page’s own script, elsewhere', header(ORIGIN_HEADER, 'https://parley.example.com')],
];

/** Requests that a browser on the machine sends. */
const FRIENDLY: [string, Asked][] = [
  ['localhost', header('host', 'localhost:3000')],
  ['::1', header('host', '[::1]:3000')],
  ['another address of loopback', header('host', '127.8.0.1')],
  ['a name under localhost', header('host', 'parley.localhost:3000')],
  ['a Referer of the page', header('referer', 'http://localhost:3000/c/1')],
  ['an Origin of another program here', header('origin', 'http://127.0.0.1:4000')],
  ['the page’s own script', header(ORIGIN_HEADER, 'http://127.0.0.1:3000')],
  ['what browsers say of a cross-site picture', header('sec-fetch-site', 'cross-site')],
];

describe('the open page', () => {
  it.each(SIGNS)('closes before it serves the request that has %s', async (_, asked) => {
    await using parley = await startParley();
    const here = await ask(parley.app.url, '/');
    expect(here.status).toBe(200);
    const first = await ask(parley.app.url, '/', asked);
    expect(first.status).toBe(401);
    expect(first.cookies).toEqual([]);
    expect(first.body).toContain('set PUBLIC_URL');
    expect(first.body).not.toContain('/assets/');
    const errors = parley.log.filter((line) => JSON.parse(line).level === 50);
    expect(errors).toEqual([expect.stringContaining('set PUBLIC_URL')]);
    // From then on also without the sign, and for who had a session.
    const headers = { ...asPage(), cookie: cookieOf(...here.cookies) };
    expect((await ask(parley.app.url, '/', { headers })).status).toBe(401);
    expect((await ask(parley.app.url, '/api/state', { headers })).status).toBe(401);
  });

  it('stays open where a connection is reset before it is answered, as its address is not known then', async () => {
    await using parley = await startParley();
    const { hostname, port } = new URL(parley.app.url);
    for (let count = 0; count < 20; count++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      socket.resetAndDestroy();
    }
    expect((await ask(parley.app.url, '/')).status).toBe(200);
  });

  it('stays open for browsers on the machine, by whichever of its names', async () => {
    await using parley = await startParley();
    for (const [name, asked] of FRIENDLY) {
      expect([name, (await ask(parley.app.url, '/', asked)).status]).toEqual([name, 200]);
    }
    expect((await parley.browser().state()).settings.mayChangeBaseUrl).toBe(true);
  });

  it('gives a stranger behind a bare proxy neither a base URL of their own nor an answer', async () => {
    await using parley = await startParley();
    const stranger = { ...asPage(), 'x-forwarded-for': '192.0.2.1', 'content-type': 'application/json' };
    const body = JSON.stringify({ baseUrl: 'http://169.254.169.254/' });
    const refused = await ask(parley.app.url, '/api/settings', { method: 'PATCH', headers: stranger, body });
    expect([refused.status, JSON.parse(refused.body).error.code]).toEqual([401, 'access-token']);
  });

  it('drops at once what is open: streams end, and base URLs are the operator’s again', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const { version } = await browser.state();
    const stream = await browser.fetch(`/api/events?seen=${version}&window=window-1`);
    const read = (async () => {
      for await (const _ of stream.body ?? []);
    })().catch(() => {});
    await ask(parley.app.url, '/', header('via', '1.1 proxy'));
    await read;
    expect((await browser.fetch('/api/state')).status).toBe(401);
  });

  it('still has its script for a page that was loaded when it closed, and for no stranger', async () => {
    await using parley = await startParley();
    const here = await ask(parley.app.url, '/');
    const [script = ''] = /\/assets\/main-\w+\.js/.exec(here.body) ?? [];
    // As through nginx with proxy_http_version 1.1: the page's first request behind it tells where it is.
    const headers = { referer: 'http://parley.example/', cookie: cookieOf(...here.cookies) };
    expect((await ask(parley.app.url, script, { headers })).status).toBe(200);
    expect((await ask(parley.app.url, script)).status).toBe(401);
    expect((await ask(parley.app.url, '/', { headers })).status).toBe(401);
  });

  it('stays closed after a restart, lets in who has the token, and keeps what was said', async () => {
    const folder = await emptyFolder();
    const browser = browserOf('http://unused');
    let conversation = '';
    {
      await using program = await startIn(folder);
      const here = browser.at(program.url);
      await here.fetch('/');
      conversation = await here.newConversation();
      expect((await ask(program.url, '/', { version: '1.0' })).status).toBe(401);
      expect(program.output()).toMatch(/"level":50.*HTTP\/1\.0.*data\/web\.token.*set PUBLIC_URL/);
    }
    await using program = await startIn(folder);
    const here = browser.at(program.url);
    const token = readFileSync(join(folder, 'data', 'web.token'), 'utf8').trim();
    expect((await here.fetch('/')).status).toBe(401);
    expect(program.output()).toMatch(/"level":50.*HTTP\/1\.0.*data\/web\.token.*set PUBLIC_URL/);
    expect(program.output()).not.toContain(token);
    const entered = await here.fetch('/access', { method: 'POST', body: new URLSearchParams({ token }) });
    expect(entered.status).toBe(303);
    const state = await here.state();
    expect(state.conversations.map(({ id }) => id)).toEqual([conversation]);
    expect(state.advice).toContain('set PUBLIC_URL');
    expect(state.settings.mayChangeBaseUrl).toBe(false);
  });

  it('opens again once the operator has said how people reach it', async () => {
    const folder = await emptyFolder();
    const statusOf = async (env: Record<string, string>, asked: Asked = {}) => {
      await using parley = await startParley(env, folder);
      return (await ask(parley.app.url, '/', asked)).status;
    };
    expect(await statusOf({}, header('via', '1.1 proxy'))).toBe(401);
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ PUBLIC_URL: 'http://localhost:3000' })).toBe(401);
    expect(await statusOf({ WEB_OPEN: 'on' }, header('via', '1.1 proxy'))).toBe(200);
    expect(await statusOf({})).toBe(200);
  });

  it('closes in every process of one store, also where no token is set yet: then for everyone', async () => {
    await using postgres = await startPostgres();
    const env = {
      STORE_URL: await postgres.database(),
      MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    await using a = await startParley(env);
    await using b = await startParley(env);
    const browser = a.browser();
    expect((await browser.fetch('/')).status).toBe(200);
    expect((await browser.at(b.app.url).fetch('/')).status).toBe(200);
    await ask(a.app.url, '/', header('via', '1.1 proxy'));
    expect((await browser.at(b.app.url).fetch('/api/state')).status).toBe(401);
    for (const { log } of [a, b]) expect(log.join()).toContain('not set yet: set WEB_TOKEN');
    const entered = await browser.fetch('/access', {
      method: 'POST',
      body: new URLSearchParams({ token: '' }),
    });
    expect(entered.status).toBe(401);
  });
});

describe('WEB_OPEN', () => {
  it('keeps the page open to everyone, without base URLs of their own', async () => {
    await using parley = await startParley({ WEB_OPEN: 'on', HOST: '0.0.0.0', TENANT_BASE_URLS: 'any' });
    const browser = parley.browser();
    const proxied = { 'x-forwarded-for': '192.0.2.1', host: 'parley.example.com' };
    expect((await ask(parley.app.url, '/', { headers: proxied })).status).toBe(200);
    expect((await browser.state()).settings.mayChangeBaseUrl).toBe(false);
    const change = await browser.fetch('/api/settings', {
      method: 'PATCH',
      json: { baseUrl: 'http://10.0.0.1/v1' },
    });
    expect([change.status, ((await change.json()) as { error: { code: string } }).error.code]).toEqual([
      403,
      'base-url-off',
    ]);
  });
});

describe('the API', () => {
  it('answers its own page only: no bare GET, whoever makes a browser send it', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    await browser.follow(id, turn.id);
    const first = await ask(parley.app.url, '/');
    const bare = [{}, { accept: 'image/*', 'sec-fetch-dest': 'image', 'sec-fetch-site': 'same-site' }];
    const paths = [
      '/api/state',
      '/api/models',
      '/api/events?seen=x',
      `/api/conversations/${id}`,
      `/api/conversations/${id}/turns/${turn.id}/events`,
      `/api/conversations/${id}/turns/${turn.id}/thoughts`,
      `/api/conversations/${id}/attachments/x`,
    ];
    for (const path of paths) {
      for (const headers of bare) {
        for (const method of ['GET', 'HEAD']) {
          const cookie = cookieOf(...first.cookies);
          const answer = await ask(parley.app.url, path, { method, headers: { cookie, ...headers } });
          expect([method, path, answer.status]).toEqual([method, path, 403]);
        }
      }
    }
    // Nor does one without a session get one by it.
    expect((await ask(parley.app.url, '/api/state')).cookies).toEqual([]);
  });
});
