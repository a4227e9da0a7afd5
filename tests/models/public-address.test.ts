import { describe, expect, it } from 'vitest';
import { redirects, startModelServer } from '../../lab/counterparts/model-server.ts';
import { listModels } from '../../src/core/models/catalog/catalog.ts';
import { checkedLookup, isPrivateLiteral, isPublicAddress } from '../../src/core/network/public-address.ts';
import { ask, KEY, modelAt } from './ask.ts';
import { resolveTo } from './resolver.ts';

describe('an address', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
    '::ffff:1.1.1.1',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this host', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback, further on', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local', '169.254.0.1'],
    ["a cloud's metadata", '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT', '100.127.255.255'],
    ['protocol assignments', '192.0.0.8'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarking', '198.18.0.1'],
    ['6to4 relay', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['Azure’s own services', '168.63.129.16'],
    ['Azure’s own services, mapped', '::ffff:168.63.129.16'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped loopback in full', '0:0:0:0:0:ffff:7f00:0001'],
    ['IPv4-mapped private', '::ffff:10.0.0.1'],
    ['IPv4-mapped metadata', '::ffff:a9fe:a9fe'],
    ['IPv4-translated', '::ffff:0:7f00:1'],
    ['IPv4-compatible loopback', '::7f00:1'],
    ['IPv4-compatible private', '::a00:1'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['NAT64 of private', '64:ff9b::10.0.0.1'],
    ['NAT64 of public', '64:ff9b::101:101'],
    ['NAT64 for local use', '64:ff9b:1::a00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['6to4 of private', '2002:c0a8:101::1'],
    ['Teredo', '2001::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fd12:3456:789a::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['discard', '100::1'],
    ['not given to anyone', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['no address', '127.0.0.1.'],
    ['loopback as a number', '2130706433'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback in hexadecimal', '0x7f000001'],
    ['loopback in short', '127.1'],
  ])('%s is not public: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a base URL that is to be public', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.0.1.',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '0',
    '0.0.0.0',
    '169.254.169.254',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fd00::1]',
    '[fe80::1]',
  ])('%s is refused before anything is sent', async (host) => {
    await using server = await startModelServer();
    const baseUrl = `http://${host}:${server.port}/v1`;
    expect(isPrivateLiteral(new URL(baseUrl).hostname)).toBe(true);
    await expect(listModels({ baseUrl, key: KEY, publicOnly: true })).rejects.toMatchObject({
      failure: { kind: 'private-address' },
    });
    expect(server.listRequests).toHaveLength(0);
  });

  it.each(['1.1.1.1', '[2606:4700::1111]', 'example.com', '127.0.0.1.example.com'])(
    '%s is left to the look-up',
    (host) => {
      expect(isPrivateLiteral(new URL(`https://${host}/`).hostname)).toBe(false);
    },
  );

  it('localhost, which resolves to loopback, is not connected to', async () => {
    await using server = await startModelServer();
    const baseUrl = `http://localhost:${server.port}/v1`;
    await expect(listModels({ baseUrl, key: KEY, publicOnly: true })).rejects.toMatchObject({
      failure: { kind: 'private-address' },
    });
    expect(server.listRequests).toHaveLength(0);
    // The server is there: without the rule the same request arrives.
    await expect(listModels({ baseUrl, key: KEY })).resolves.toEqual(['test-model']);
  });

  it.each([
    ['one of them private', ['93.184.216.34', '127.0.0.1']],
    ['the first of them private', ['127.0.0.1', '93.184.216.34']],
    ['mapped', ['::ffff:127.0.0.1']],
  ])('a name whose addresses are %s is not connected to', async (_, addresses) => {
    await using server = await startModelServer();
    const { lookups } = resolveTo({ 'rebind.example': [addresses] });
    const baseUrl = `http://rebind.example:${server.port}/v1`;
    await expect(listModels({ baseUrl, key: KEY, publicOnly: true })).rejects.toMatchObject({
      failure: { kind: 'private-address' },
    });
    expect(lookups).toEqual(['rebind.example']);
    expect(server.listRequests).toHaveLength(0);
  });

  it('the connection goes to the address that was checked, not to a later one', async () => {
    const { lookups } = resolveTo({ 'rebind.example': [['93.184.216.34'], ['127.0.0.1']] });
    const first = await lookUp('rebind.example');
    expect(first).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(lookups).toEqual(['rebind.example']);
    await expect(lookUp('rebind.example')).rejects.toThrow('private-address');
  });

  it('a name is looked up for one address as well as for all', async () => {
    resolveTo({ 'two.example': [['93.184.216.34', '2606:4700::1111']] });
    expect(await lookUp('two.example', false)).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await lookUp('two.example')).toHaveLength(2);
  });

  it('a whole answer, asked of a private address, says so', async () => {
    await using server = await startModelServer();
    const provider = { baseUrl: server.url, key: KEY, publicOnly: true };
    const answer = await ask(modelAt(server.url, 'chat', { provider }));
    expect(answer.end).toEqual({ type: 'end', end: 'error', failure: { kind: 'private-address' } });
    expect(server.requests).toHaveLength(0);
  });

  it('a client without the rule is not taken for one with it', async () => {
    await using server = await startModelServer();
    const provider = { baseUrl: server.url, key: KEY };
    await expect(listModels(provider)).resolves.toEqual(['test-model']);
    await expect(listModels({ ...provider, publicOnly: true })).rejects.toThrow();
    expect(server.listRequests).toHaveLength(1);
  });

  it('a redirect to a private address is refused with every redirect', async () => {
    await using inside = await startModelServer();
    await using server = await startModelServer();
    server.respondToList(redirects(`${inside.url}/models`, 302));
    await expect(listModels({ baseUrl: server.url, key: KEY })).rejects.toMatchObject({
      failure: { kind: 'not-an-api' },
    });
    expect(inside.listRequests).toHaveLength(0);
  });
});

function lookUp(name: string, all = true): Promise<unknown> {
  return new Promise((resolve, reject) => {
    checkedLookup(name, { all }, (error, found, family) => {
      if (error) reject(error);
      else resolve(Array.isArray(found) ? found : [{ address: found, family }]);
    });
  });
}
