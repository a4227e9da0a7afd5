/** Pages of any charset are read. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sends, startWebServer, type WebServer } from '../../lab/counterparts/web/web-server.ts';
import { OUTSIDE, read } from './reading.ts';

let server: WebServer;
beforeEach(async () => {
  server = await startWebServer(OUTSIDE);
});
afterEach(() => server[Symbol.asyncDispose]());

const textOf = async (path: string) => (await read(`${server.url}${path}`)).text;

describe('a charset', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1');
  const page = (text: string, head = '') => `<html><head>${head}</head><body><p>${text}</p></body></html>`;

  it.each<[string, string, Buffer]>([
    ['named by the server', 'text/html; charset=iso-8859-1', latin1(page('Möwe'))],
    ['named by the server in quotes', 'text/html; Charset="ISO-8859-1"', latin1(page('Möwe'))],
    ['named by the page', 'text/html', latin1(page('Möwe', '<meta charset=iso-8859-1>'))],
    [
      'named by the page for its server',
      'text/html',
      latin1(page('Möwe', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">')),
    ],
    [
      'named by XML',
      'application/xhtml+xml',
      latin1(`<?xml version="1.0" encoding="iso-8859-1"?>${page('Möwe')}`),
    ],
    ['named wrongly, though it is UTF-8', 'text/html; charset=iso-8859-1', Buffer.from(page('Möwe'))],
    ['named by nobody', 'text/html', latin1(page('Möwe'))],
    ['that nobody knows', 'text/html; charset=klingon', Buffer.from(page('Möwe'))],
    ['of UTF-16 with its mark', 'text/html', Buffer.from(`\ufeff${page('Möwe')}`, 'utf16le')],
    ['of UTF-16 without its mark', 'text/html', Buffer.from(page('Möwe'), 'utf16le')],
    [
      'with a broken character',
      'text/html; charset=utf-8',
      Buffer.concat([Buffer.from(page('Möwe')), Buffer.from([0xff])]),
    ],
  ])('%s is read', async (_, type, body) => {
    server.on('/a', sends(type, body));
    expect(await textOf('/a')).toContain('| Möwe');
  });

  it('of Japanese is read', async () => {
    // カモメ in Shift_JIS, EUC-JP and ISO-2022-JP.
    const words = {
      shift_jis: '834a83828381',
      'euc-jp': 'a5aba5e2a5e1',
      'iso-2022-jp': '1b2442252b256225611b2842',
    };
    for (const [charset, hex] of Object.entries(words)) {
      const [before = '', after = ''] = page('|', `<meta charset="${charset}">`).split('|');
      server.on(
        `/${charset}`,
        sends('text/html', Buffer.concat([latin1(before), Buffer.from(hex, 'hex'), latin1(after)])),
      );
      expect([charset, (await textOf(`/${charset}`)).includes('カモメ')]).toEqual([charset, true]);
    }
  });
});
