/** No address leads `read_page` into a private network. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { html, redirects, startWebServer, type WebServer } from '../../lab/counterparts/web/web-server.ts';
import { isPublicAddress } from '../../src/core/network/public-address.ts';
import { ANY_REACH, PUBLIC_REACH } from '../../src/tools/page/reach.ts';
import { resolveTo } from '../models/resolver.ts';
import { OUTSIDE, OUTSIDE_REACH, read, readPageTool, refusal } from './reading.ts';

const PRIVATE = /leads into a private network/;

let outside: WebServer;
let inside: WebServer;
beforeEach(async () => {
  outside = await startWebServer(OUTSIDE);
  inside = await startWebServer('127.0.0.1');
  inside.on('/', html('Inside', '<p>The secret of the house.</p>'));
});
afterEach(async () => {
  expect(inside.requests).toEqual([]);
  await outside[Symbol.asyncDispose]();
  await inside[Symbol.asyncDispose]();
});

/** Only public addresses, as operators have it, but on the port of the test's server. */
const publicOnly = { reach: { ...PUBLIC_REACH, takesPort: () => true } };

describe('an address of a private network', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '0',
    '0.0.0.0',
    '10.0.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001::1]',
    '[fd00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    'localhost',
    'LOCALHOST',
    'ⓛocalhost',
  ])('%s is not opened', async (host) => {
    const says = await refusal(`http://${host}:${inside.port}/`, publicOnly);
    expect(says).toMatch(PRIVATE);
  });

  it.each([
    ['with a dot at its end', 'localhost.', ['127.0.0.1']],
    ['of a metadata service', 'metadata.google.internal', ['169.254.169.254']],
    ['with one private address among others', 'two.example', ['93.184.216.34', '127.0.0.1']],
    ['of an IPv6 form of a private one', 'mapped.example', ['::ffff:127.0.0.1']],
    ['of NAT64', 'nat64.example', ['64:ff9b::7f00:1']],
    ['of 6to4', 'six.example', ['2002:7f00:1::']],
  ])('a name %s is not opened: %s', async (_, name, addresses) => {
    resolveTo({ [name]: [addresses] });
    expect(await refusal(`http://${name}:${inside.port}/`, publicOnly)).toMatch(PRIVATE);
  });

  it('a name that leads elsewhere between the check and the connection changes nothing', async () => {
    outside.on('/', html('Outside', '<p>A page of the outside.</p>'));
    // The inner server has the same port, so that only the address tells them apart.
    await using trap = await startWebServer('127.0.0.1', outside.port);
    const { lookups } = resolveTo({ 'rebind.example': [[OUTSIDE], ['127.0.0.1']] });
    expect((await read(`http://rebind.example:${outside.port}/`)).text).toContain('A page of the outside.');
    expect(lookups).toEqual(['rebind.example']);
    expect(trap.requests).toEqual([]);
    // The next connection looks the name up again, and is checked again.
    expect(await refusal(`http://rebind.example:${outside.port}/?again`)).toMatch(PRIVATE);
    expect(trap.requests).toEqual([]);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('by %d to a private address is not followed', async (status) => {
    outside.on('/a', redirects(`${inside.url}/`, status));
    expect(await refusal(`${outside.url}/a`)).toMatch(PRIVATE);
  });

  it.each([
    ['a name of a private address', (port: number) => `http://localhost:${port}/`],
    ['an IPv6 form', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['a number', (port: number) => `http://2130706433:${port}/`],
  ])('to %s is not followed', async (_, location) => {
    outside.on('/a', redirects(location(inside.port)));
    expect(await refusal(`${outside.url}/a`)).toMatch(PRIVATE);
  });

  it('to a private address after public ones is not followed', async () => {
    outside.on('/a', redirects('/b'));
    outside.on('/b', redirects(`//127.0.0.1:${inside.port}/`));
    expect(await refusal(`${outside.url}/a`)).toMatch(PRIVATE);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://127.0.0.2/',
    'data:text/html,hello',
    'javascript:1',
    'gopher://127.0.0.1/',
  ])('to %s is not followed', async (location) => {
    outside.on('/a', redirects(location));
    expect(await refusal(`${outside.url}/a`)).toMatch(/no address of a page/);
  });

  it('with a password is not followed', async () => {
    outside.on('/a', redirects(`http://user:word@${OUTSIDE}:${outside.port}/b`));
    expect(await refusal(`${outside.url}/a`)).toMatch(/no password/);
    expect(outside.requests).toHaveLength(1);
  });

  it('to a port of another service is not followed', async () => {
    outside.on('/a', redirects(`http://${OUTSIDE}:25/`));
    expect(await refusal(`${outside.url}/a`)).toMatch(/port/);
  });

  it('in a circle ends', async () => {
    outside.on('/a', redirects('/a'));
    expect(await refusal(`${outside.url}/a`)).toMatch(/redirects too often/);
    expect(outside.requests).toHaveLength(6);
  });

  it('is followed five times, and no further', async () => {
    for (let hop = 0; hop < 6; hop++) outside.on(`/${hop}`, redirects(`/${hop + 1}`));
    outside.on('/6', html('End', '<p>The end of the way.</p>'));
    expect(await refusal(`${outside.url}/0`)).toMatch(/redirects too often/);
    const { text, sources } = await read(`${outside.url}/1`);
    expect(text).toContain('The end of the way.');
    expect(sources).toEqual([{ number: 1, url: `${outside.url}/6`, title: 'End' }]);
  });

  it('without a place to go is a failure', async () => {
    outside.on('/a', (response) => response.writeHead(302).end());
    expect(await refusal(`${outside.url}/a`)).toMatch(/failed/);
  });
});

describe('a request', () => {
  it('has no cookies, no referrer and no credentials, and says whose it is', async () => {
    outside.on('/a', (response) => response.writeHead(302, { location: '/b', 'set-cookie': 'id=1' }).end());
    outside.on('/b', html('B', '<p>Fine.</p>'));
    await read(`${outside.url}/a`);
    const [, { headers } = { headers: undefined }] = outside.requests;
    expect(headers?.['user-agent']).toMatch(/^Parley\/\d/);
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('referer');
    expect(headers).not.toHaveProperty('authorization');
  });

  it('with a password in its address is not made', async () => {
    expect(await refusal(`http://user:word@${OUTSIDE}:${outside.port}/`)).toMatch(/no password/);
    expect(outside.requests).toEqual([]);
  });

  it('goes to the ports of the public web alone', async () => {
    expect([80, 443, 8080, 8443].every(PUBLIC_REACH.takesPort)).toBe(true);
    for (const port of [22, 25, 3000, 5432, 6379, 9200, 11_434])
      expect(await refusal(`http://example.com:${port}/`, { reach: PUBLIC_REACH })).toMatch(/port/);
  });
});

describe('READ_PAGES=any', () => {
  it('reads private networks, and no metadata of a cloud', () => {
    for (const address of ['10.0.0.1', '127.0.0.1', '192.168.1.1', '::1', 'fd00::1', '93.184.216.34'])
      expect([address, ANY_REACH.takesAddress(address)]).toEqual([address, true]);
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      'fe80::1',
      'fd00:ec2::254',
      '100.100.100.200',
      '192.0.0.192',
      '168.63.129.16',
      '0.0.0.0',
      'localhost',
    ])
      expect([address, ANY_REACH.takesAddress(address)]).toEqual([address, false]);
  });

  it('opens a page on this machine', async () => {
    await using own = await startWebServer('127.0.0.1');
    own.on('/', html('Wiki', '<p>The wiki of the house.</p>'));
    const tool = readPageTool({ reach: ANY_REACH });
    expect((await read(`http://localhost:${own.port}/`, { tool })).text).toContain('The wiki of the house.');
  });
});

it('the addresses of the tests are private for operators', () => {
  expect(isPublicAddress(OUTSIDE)).toBe(false);
  expect(OUTSIDE_REACH.takesAddress('127.0.0.1')).toBe(false);
});
