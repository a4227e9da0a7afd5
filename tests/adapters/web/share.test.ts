/** Share links: what a stranger with a link, an ended link or a made-up one gets. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import type { SharedPage, ShareLink } from '../../../src/adapters/web/api/share.ts';
import { openStore } from '../../../src/store/open.ts';
import { whileStoreIsFull } from '../../harness/full-store.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';
import { operateHere } from '../../security/operated.ts';
import { importTurns } from './import/import-turns.ts';

/** One pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a share link', () => {
  let model: ModelServer;
  let parley: Parley;

  beforeAll(async () => {
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterAll(async () => {
    await parley?.app.stop();
    await model?.stop();
  });

  async function ask(browser: Browser, id: string, text: string, attachments: string[] = []) {
    model.respond(answers(`About ${text}.`));
    const turn = await browser.send(id, text, { attachments });
    await browser.follow(id, turn.id);
    return turn;
  }
  async function share(browser: Browser, id: string): Promise<ShareLink> {
    const response = await browser.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
    expect(response.status).toBe(201);
    return (await response.json()) as ShareLink;
  }
  /** A stranger's request: no cookie, no header of the page. */
  const stranger = (path: string, init: RequestInit = {}) => fetch(parley.app.url + path, init);
  async function read({ id }: ShareLink, from = 0): Promise<SharedPage> {
    const response = await stranger(`/share/${id}/turns?from=${from}`);
    expect(response.status).toBe(200);
    return (await response.json()) as SharedPage;
  }
  const texts = ({ turns }: SharedPage) => turns.map(({ text, answer }) => [text, answer]);
  const gone = async (path: string) => {
    const response = await stranger(path);
    return [response.status, await response.text()];
  };
  const NOTHING = [404, 'There is nothing behind this link, or no longer.'];

  it('shows the conversation as it stood, to anybody, without a cookie, and to no search engine', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    await ask(browser, id, 'rainbows');
    const link = await share(browser, id);
    expect(Buffer.from(link.id, 'base64url').length).toBe(16);
    await ask(browser, id, 'what comes later');
    await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'A private title' } });
    const page = await read(link);
    expect(page.title).toBe('rainbows');
    expect(texts(page)).toEqual([['rainbows', 'About rainbows.']]);
    const html = await stranger(`/share/${link.id}`);
    expect(html.headers.getSetCookie()).toEqual([]);
    expect(html.headers.get('x-robots-tag')).toContain('noindex');
    expect(html.headers.get('referrer-policy')).toBe('no-referrer');
    expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await html.text()).toContain('<meta name="robots" content="noindex');
    expect((await stranger(`/share/${link.id}/turns`)).headers.getSetCookie()).toEqual([]);
  });

  it('has nothing of the person but what they said', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    await browser.fetch('/api/settings', { method: 'PATCH', json: { persona: 'My secret persona' } });
    await ask(browser, id, 'one');
    const link = await share(browser, id);
    const page = await read(link);
    expect(Object.keys(page).sort()).toEqual(['at', 'next', 'title', 'turns']);
    expect(Object.keys(page.turns[0] ?? {}).sort()).toEqual(
      ['answer', 'at', 'attachments', 'end', 'endedAt', 'files', 'id', 'text'].sort(),
    );
    const all = JSON.stringify(page);
    for (const secret of ['web:', 'secret persona', 'sk-', id]) expect(all).not.toContain(secret);
  });

  it('shows the files of what was shared, and no other', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const upload = async (name: string, type: string, body: BodyInit) => {
      const path = `/api/conversations/${id}/attachments?name=${name}`;
      const sent = await browser.fetch(path, { method: 'POST', body, headers: { 'content-type': type } });
      return ((await sent.json()) as { id: string }).id;
    };
    const shared = await upload('sky.png', 'image/png', PICTURE);
    const turn = await ask(browser, id, 'this sky', [shared]);
    const link = await share(browser, id);
    const later = await upload('later.txt', 'text/plain', 'later');
    const laterTurn = await ask(browser, id, 'later', [later]);
    const file = (of: string, one: string) => `/share/${link.id}/files/${of}/${one}`;
    const response = await stranger(file(turn.id, shared));
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await response.arrayBuffer()).equals(PICTURE)).toBe(true);
    for (const path of [
      file(turn.id, later),
      file(laterTurn.id, later),
      file(laterTurn.id, shared),
      file(randomUUID(), shared),
      file(turn.id, `../${later}`),
    ])
      expect(await gone(path)).toEqual(NOTHING);
  });

  it('ends when its owner says so, and then is as one that never was', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    await ask(browser, id, 'brief');
    const [link, other] = [await share(browser, id), await share(browser, id)];
    const { shares } = await browser.get<{ shares: ShareLink[] }>('/api/shares');
    expect(shares.map((one) => one.id).sort()).toEqual([link.id, other.id].sort());
    expect((await parley.browser().fetch(`/api/shares/${link.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await browser.fetch(`/api/shares/${link.id}`, { method: 'DELETE' })).status).toBe(204);
    const unknown = randomBytes(16).toString('base64url');
    for (const rest of ['', '/turns', '/assets/x.js', `/files/${randomUUID()}/${randomUUID()}`])
      for (const one of [link.id, unknown]) expect(await gone(`/share/${one}${rest}`)).toEqual(NOTHING);
    expect(texts(await read(other))).toEqual([['brief', 'About brief.']]);
    expect((await browser.get<{ shares: ShareLink[] }>('/api/shares')).shares).toHaveLength(1);
  });

  it('loses a message that is deleted, and ends with its conversation or its session', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const first = await ask(browser, id, 'embarrassing');
    await ask(browser, id, 'harmless');
    const link = await share(browser, id);
    await browser.fetch(`/api/conversations/${id}/turns/${first.id}`, { method: 'DELETE' });
    expect(texts(await read(link))).toEqual([['harmless', 'About harmless.']]);
    await browser.fetch(`/api/conversations/${id}`, { method: 'DELETE' });
    expect(await gone(`/share/${link.id}`)).toEqual(NOTHING);
    const next = await browser.newConversation();
    await ask(browser, next, 'again');
    const last = await share(browser, next);
    await browser.fetch('/api/session', { method: 'DELETE' });
    expect(await gone(`/share/${last.id}`)).toEqual(NOTHING);
  });

  it('is not made of another’s conversation, nor of one without an answer', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const post = (by: Browser) => by.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
    expect((await post(browser)).status).toBe(409);
    await ask(browser, id, 'mine');
    expect((await post(parley.browser())).status).toBe(404);
  });

  it('is gone on with in a copy of one’s own, which outlives the link and changes nothing of it', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const path = `/api/conversations/${id}/attachments?name=sky.png`;
    const headers = { 'content-type': 'image/png' };
    const sent = await browser.fetch(path, { method: 'POST', body: PICTURE, headers });
    const { id: file } = (await sent.json()) as { id: string };
    await ask(browser, id, 'one', [file]);
    const link = await share(browser, id);
    const reader = parley.browser();
    const copy = () => reader.fetch(`/api/shares/${link.id}/copy`, { method: 'POST', json: {} });
    const first = (await (await copy()).json()) as { id: string; title: string };
    expect(first.title).toBe('one');
    expect(await (await copy()).json()).toMatchObject({ id: first.id });
    await browser.fetch(`/api/conversations/${id}`, { method: 'DELETE' });
    expect((await copy()).status).toBe(404);
    await ask(reader, first.id, 'two');
    expect((await reader.turns(first.id)).map(({ text }) => text)).toEqual(['one', 'two']);
    const bytes = await reader.fetch(`/api/conversations/${first.id}/attachments/${file}`);
    expect(Buffer.from(await bytes.arrayBuffer()).equals(PICTURE)).toBe(true);
    expect((await reader.state()).conversations).toHaveLength(1);
  });

  it('is copied as a whole after the copy was deleted, or the store had failed on the way', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    await ask(browser, id, 'one');
    const link = await share(browser, id);
    const reader = parley.browser();
    await reader.state();
    const copy = () => reader.fetch(`/api/shares/${link.id}/copy`, { method: 'POST', json: {} });
    const copied = async () => {
      const entry = (await (await copy()).json()) as { id: string };
      expect((await reader.turns(entry.id)).map(({ text }) => text)).toEqual(['one']);
      return entry.id;
    };
    const first = await copied();
    expect((await reader.fetch(`/api/conversations/${first}`, { method: 'DELETE' })).status).toBe(204);
    await whileStoreIsFull(parley.folder, async () => expect((await copy()).status).toBe(503));
    expect((await reader.state()).conversations).toEqual([]);
    const second = await copied();
    expect(await copied()).toBe(second);
  });

  it('is read page by page, each turn once', async () => {
    const browser = parley.browser();
    const id = await importTurns(browser, 52);
    const link = await share(browser, id);
    const first = await read(link);
    expect(first.turns).toHaveLength(50);
    const second = await read(link, first.next ?? 0);
    expect(second.turns.map(({ text }) => text)).toEqual(['Question 50?', 'Question 51?']);
    expect(second.next).toBe(null);
  });

  it('gives nothing for any other address below it, whatever is asked', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    await ask(browser, id, 'hidden treasure');
    const link = await share(browser, id);
    const piece = fc.oneof(
      fc.constantFrom('..', '%2e%2e', '.', '', 'turns', 'files', 'assets', link.id, '__proto__', id, '%00'),
      fc.string({ maxLength: 12 }).map(encodeURIComponent),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), fc.boolean(), async (pieces, isOwn) => {
        const path = `/share/${isOwn ? `${link.id}/` : ''}${pieces.join('/')}`;
        const response = await stranger(path);
        const text = await response.text();
        const { pathname } = new URL(path, parley.app.url);
        const isLink = [`/share/${link.id}`, `/share/${link.id}/turns`].includes(pathname);
        if (!pathname.startsWith('/share/')) return;
        expect(response.headers.getSetCookie()).toEqual([]);
        if (!isLink) expect([response.status, text]).toEqual(NOTHING);
      }),
      { numRuns: 150 },
    );
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await stranger(`/share/${link.id}`, { method })).status).toBe(404);
    for (const from of ['-1', '50', 'NaN', '1e9', '0.5'])
      expect((await stranger(`/share/${link.id}/turns?from=${from}`)).status).toBe(404);
  });
});

it('is read where the page asks for a token, which it does not let past', async () => {
  await using model = await startModelServer();
  const settings = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' };
  const before = await startParley(settings);
  const browser = before.browser();
  const id = await browser.newConversation();
  model.respond(answers('Open sesame.'));
  await browser.follow(id, (await browser.send(id, 'The word?')).id);
  const made = await browser.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
  const link = (await made.json()) as ShareLink;
  await before.app.stop();
  await using parley = await startParley(
    { ...settings, HOST: '0.0.0.0', WEB_TOKEN: 'correct horse battery' },
    before.folder,
  );
  const page = await (await fetch(`${parley.app.url}/share/${link.id}`)).text();
  const [script = ''] = /\/share\/[^"]+\.js/.exec(page) ?? [];
  expect((await fetch(parley.app.url + script)).headers.get('content-type')).toContain('javascript');
  expect(await (await fetch(`${parley.app.url}/share/${link.id}/turns`)).text()).toContain('Open sesame.');
  for (const path of ['/', '/api/state', '/share', script.replace(/^.*\/assets/, '/assets')])
    expect((await fetch(parley.app.url + path)).status).toBe(401);
});

it('answers an address only so often, so that nobody can try links without end', async () => {
  await using parley = await startParley({});
  const statuses = new Set<number>();
  for (let tries = 0; tries < 601 && !statuses.has(429); tries++)
    statuses.add((await fetch(`${parley.app.url}/share/${randomBytes(16).toString('base64url')}`)).status);
  expect([...statuses]).toEqual([404, 429]);
});

it('ends when the operator forgets the person, and leaves no word of who shared it', async () => {
  await using model = await startModelServer();
  const parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  const browser = parley.browser();
  const id = await importTurns(browser, 2);
  const made = await browser.fetch(`/api/conversations/${id}/share`, { method: 'POST', json: {} });
  const link = (await made.json()) as ShareLink;
  const line = parley.log.findLast((each) => each.includes('"audit":"shared"')) ?? '{}';
  const { tenant } = JSON.parse(line) as { tenant: string };
  expect((await operateHere(parley.folder, {}, 'forget', 'person', tenant)).code).toBe(0);
  expect((await fetch(`${parley.app.url}/share/${link.id}`)).status).toBe(404);
  await parley.app.stop();
  const store = await openStore(`sqlite://${join(parley.folder, 'parley.sqlite')}`);
  const rows = [...(await store.keys('note|web|share')), ...(await store.keys(`head|${tenant}`))];
  await store.close();
  expect(rows).toEqual([]);
});
