/** Bad input of every kind is refused in a sentence, and floods are slowed down. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/adapters/web/server/input.ts';
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

describe('bad input', () => {
  const messages = () => `/api/conversations/${conversation}/messages`;
  const message = (text: unknown, rest = {}) => ({ id: randomUUID(), text, attachments: [], ...rest });

  it.each<
    [
      string,
      number,
      () => {
        path?: string;
        method?: string;
        json?: unknown;
        body?: string;
        headers?: Record<string, string>;
      },
    ]
  >([
    ['a message of 1 MB', 413, () => ({ json: message('x'.repeat(2 ** 20)) })],
    ['a message over the limit', 400, () => ({ json: message('x'.repeat(limits.messageCharacters + 1)) })],
    [
      'a body that is no JSON',
      400,
      () => ({ body: '{"id":', headers: { 'content-type': 'application/json' } }),
    ],
    ['a body that is JSON of another form', 400, () => ({ json: [1, 2] })],
    ['an empty body', 400, () => ({ body: '', headers: { 'content-type': 'application/json' } })],
    [
      'a wrong content type',
      415,
      () => ({ body: 'text=hi', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    ],
    [
      'no content type',
      415,
      () => ({ body: JSON.stringify(message('hi')), headers: { 'content-type': '' } }),
    ],
    [
      'an unknown conversation',
      404,
      () => ({ path: `/api/conversations/${randomUUID()}/messages`, json: message('hi') }),
    ],
    [
      'a conversation id with a path in it',
      404,
      () => ({ path: '/api/conversations/..%2f..%2fx/messages', json: message('hi') }),
    ],
    [
      'a very long conversation id',
      404,
      () => ({ path: `/api/conversations/${'x'.repeat(5_000)}/messages`, json: message('hi') }),
    ],
    ['control characters', 400, () => ({ json: message('a\u0000b\u001b[31m') })],
    ['broken characters', 400, () => ({ json: message('\ud800') })],
    ['a message without text', 400, () => ({ json: message('   ') })],
    ['a text that is none', 400, () => ({ json: message({ $gt: '' }) })],
    ['an id that is no UUID', 400, () => ({ json: message('hi', { id: '1' }) })],
    [
      'an attachment that is not there',
      400,
      () => ({ json: message('hi', { attachments: [randomUUID()] }) }),
    ],
    [
      'too many attachments',
      400,
      () => ({ json: message('hi', { attachments: Array.from({ length: 11 }, () => randomUUID()) }) }),
    ],
    ['an unknown address', 404, () => ({ path: '/api/nothing', json: {} })],
    [
      'a title that is empty',
      400,
      () => ({ method: 'PATCH', path: `/api/conversations/${conversation}`, json: { title: ' ' } }),
    ],
    [
      'a key with spaces',
      400,
      () => ({ method: 'PUT', path: '/api/settings/key', json: { key: 'sk a b c d e' } }),
    ],
    [
      'a base URL that is none',
      400,
      () => ({ method: 'PATCH', path: '/api/settings', json: { baseUrl: 'javascript:alert(1)' } }),
    ],
    [
      'a base URL with a password',
      400,
      () => ({ method: 'PATCH', path: '/api/settings', json: { baseUrl: 'https://u:p@host/v1' } }),
    ],
    [
      'a base URL of spaces',
      400,
      () => ({ method: 'PATCH', path: '/api/settings', json: { baseUrl: '  ' } }),
    ],
    ['a message of 20 MB', 413, () => ({ json: message('x'.repeat(20 * 2 ** 20)) })],
    [
      'a retry of nothing',
      404,
      () => ({ path: `/api/conversations/${conversation}/turns/${randomUUID()}/retry` }),
    ],
  ])('%s is refused with a sentence', async (_, status, make) => {
    const { path = messages(), method = 'POST', ...init } = make();
    const response = await browser.fetch(path, { method, ...init });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { code: expect.any(String), message: expect.stringMatching(/^[A-Z].*\.$/) },
    });
    expect((await browser.fetch('/healthz')).status).toBe(200);
  });

  it.each([
    ['nothing', '', 400],
    ['a program', '\u007fELF\u0000\u0001', 415],
    ['text in UTF-16', Buffer.from('\ufeffname,age', 'utf16le'), 201],
    ['a picture in a form that models do not take', '<svg xmlns="http://www.w3.org/2000/svg"/>', 201],
    ['more than it may have', 'x'.repeat(limits.attachmentBytes + 1), 413],
  ])('a file that is %s: %s', async (_, body, status) => {
    const path = `/api/conversations/${conversation}/attachments?name=x`;
    const response = await browser.fetch(path, { method: 'POST', body });
    expect(response.status).toBe(status);
    // An accepted file that a browser would run is served as text.
    if (status === 201) expect(await response.json()).toMatchObject({ type: 'text/plain' });
  });

  it('slows down who keeps no cookie, and nobody who does', async () => {
    const answers: Response[] = [];
    for (let i = 0; i < 250; i++) {
      answers.push(await fetch(`${parley.app.url}/api/settings`, { method: 'PATCH', body: '{}' }));
    }
    expect(answers.at(-1)?.status).toBe(429);
    expect((await browser.fetch('/api/conversations', { method: 'POST', json: {} })).status).toBe(201);
  });

  it('slows down a session that writes without end, and no other', async () => {
    const greedy = parley.browser();
    await greedy.state();
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => greedy.fetch('/api/settings', { method: 'PATCH', json: {} })),
    );
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(slowed[0]?.headers.get('retry-after')).toBe('60');
    const other = parley.browser();
    await other.state();
    expect((await other.fetch('/api/conversations', { method: 'POST', json: {} })).status).toBe(201);
  });
});
