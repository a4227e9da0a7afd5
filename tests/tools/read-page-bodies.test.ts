/** No server keeps `read_page` busy, whatever it sends. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  endless,
  redirects,
  sends,
  silent,
  startWebServer,
  type WebServer,
} from '../../lab/counterparts/web/web-server.ts';
import { OUTSIDE, refusal } from './reading.ts';

let outside: WebServer;
beforeEach(async () => {
  outside = await startWebServer(OUTSIDE);
});
afterEach(() => outside[Symbol.asyncDispose]());

describe('a body', () => {
  const megabytes = (count: number) => Buffer.alloc(count * 2 ** 20, 'a ');

  it.each<[string, () => ReturnType<typeof sends>]>([
    ['that is huge', () => sends('text/html', megabytes(4))],
    ['that says less than it is', () => sends('text/plain', megabytes(4))],
    ['that never ends', () => endless('text/html', megabytes(1))],
    [
      'that is a bomb of gzip',
      () => sends('text/html', gzipSync(megabytes(64)), { 'content-encoding': 'gzip' }),
    ],
    [
      'that is a bomb in a bomb',
      () => sends('text/html', gzipSync(gzipSync(megabytes(64))), { 'content-encoding': 'gzip, gzip' }),
    ],
    // Empty gzip members unpack to nothing, so no bound on unpacked bytes would ever end them.
    [
      'that unpacks to nothing without end',
      () =>
        endless('text/html', Buffer.concat(Array(2_000).fill(gzipSync(''))), { 'content-encoding': 'gzip' }),
    ],
  ])('%s is not read', async (_, answer) => {
    outside.on('/', answer());
    expect(await refusal(`${outside.url}/`)).toMatch(/too large|cannot be reached/);
  });

  it('that comes slowly is given up', async () => {
    outside.on('/', (response) => response.writeHead(200, { 'content-type': 'text/html' }).write('<p>'));
    expect(await refusal(`${outside.url}/`, { deadlineMs: 50 })).toMatch(/in time/);
  });

  it('that never begins is given up', async () => {
    outside.on('/', silent);
    expect(await refusal(`${outside.url}/`, { deadlineMs: 50 })).toMatch(/in time/);
  });

  it('behind redirects has one deadline with them', async () => {
    outside.on('/', redirects('/b'));
    outside.on('/b', silent);
    expect(await refusal(`${outside.url}/`, { deadlineMs: 50 })).toMatch(/in time/);
  });

  it('that breaks off is not read', async () => {
    outside.on('/', (response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
      response.write('<p>half', () => response.destroy());
    });
    expect(await refusal(`${outside.url}/`)).toMatch(/cannot be reached/);
  });

  it('of headers without end is not read', async () => {
    outside.on('/', (response) => response.writeHead(200, { 'x-long': 'a'.repeat(40_000) }).end());
    expect(await refusal(`${outside.url}/`)).toMatch(/cannot be reached/);
  });

  it.each<[string, string, string | Buffer]>([
    ['a picture', 'image/png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    [
      'a picture that says it is a page',
      'text/html',
      Buffer.from('89504e470d0a1a0a0000000d4948445200', 'hex'),
    ],
    ['a program', 'application/octet-stream', Buffer.from('7f454c4602010100000000', 'hex')],
    ['a program that says it is text', 'text/plain', Buffer.from('7f454c4602010100000000', 'hex')],
    ['nothing', 'text/html', ''],
  ])('of %s gives a sentence', async (_, type, body) => {
    outside.on('/', sends(type, body));
    expect(await refusal(`${outside.url}/`)).toMatch(/no page with text|damaged|holds no text/);
  });

  it.each([
    [404, /no page at this address/],
    [403, /login/],
    [429, /too many requests/],
    [500, /failed/],
  ])('of status %d gives a sentence', async (status, says) => {
    outside.on('/', (response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<p>Oh no</p>'),
    );
    expect(await refusal(`${outside.url}/`)).toMatch(says);
  });

  it('of nobody gives a sentence', async () => {
    const { url } = outside;
    await outside[Symbol.asyncDispose]();
    expect(await refusal(`${url}/`)).toMatch(/cannot be reached/);
    outside = await startWebServer(OUTSIDE);
  });
});
