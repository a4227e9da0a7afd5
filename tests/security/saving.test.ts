/**
 * People save a key, a base URL or a model from outside. They read the same on Discord and on
 * the page, soon, and nothing of what an internal host answers.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fails, hangs, lists, replies, startModelServer } from '../../lab/counterparts/model-server.ts';
import { sentence, sets, setsKey } from '../adapters/discord/said.ts';
import { startBot } from '../harness/discord.ts';
import { type Browser, startParley } from '../harness/web.ts';

interface Told {
  status: number;
  said: string;
  ms: number;
}

async function saves(browser: Browser, path: string, json: object, method = 'PATCH'): Promise<Told> {
  const startedAt = performance.now();
  const response = await browser.fetch(path, { method, json });
  const body = (await response.json()) as { warning?: string; error?: { message: string } };
  const said = body.error?.message ?? body.warning ?? '';
  return { status: response.status, said, ms: performance.now() - startedAt };
}

const SECRET = 'what-the-vault-holds';

/** An internal service that is no model server. */
async function internal(status: number, type: string) {
  const server: Server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(
      type === 'application/json' ? JSON.stringify({ error: { message: SECRET } }) : `<h1>${SECRET}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('what is saved is tried first', () => {
  it('a key that is refused is not stored, a model that is not there neither: on Discord as on the page', async () => {
    await using bot = await startBot({ env: { WEB: 'on', OPERATOR_MODELS: '*' } });
    const { model, discord } = bot;
    model.respondToList(lists('here'));
    model.accept([]);
    const browser = bot.parley.browser();
    const root = discord.user('root', { permissions: 'admin' });
    const key = { key: 'sk-that-is-wrong' };
    const onPage = await saves(browser, '/api/settings/key', key, 'PUT');
    expect([onPage.status, onPage.said]).toEqual([
      422,
      expect.stringMatching(/does not accept this key, so it was not stored/),
    ]);
    expect(await setsKey(root, key.key)).toBe(onPage.said);
    model.accept('all');
    model.respondToTrial(fails(404));
    const gone = await saves(browser, '/api/settings', { model: 'gone' });
    expect([gone.status, gone.said]).toEqual([
      422,
      expect.stringMatching(/^Not saved: .* does not have “gone”/),
    ]);
    expect(await sentence(root.runs('model', { name: 'gone' }))).toMatch(
      /^Not saved: .* does not have “gone”.*`\/model`/,
    );
    expect((await browser.state()).settings).toMatchObject({ key: null, model: null });
  });

  it('a key is stored that answers, although the list of models is refused: on Discord as on the page', async () => {
    await using bot = await startBot({ env: { WEB: 'on' } });
    bot.model.respondToList(fails(401));
    const browser = bot.parley.browser();
    const onPage = await saves(browser, '/api/settings/key', { key: 'sk-that-is-right' }, 'PUT');
    expect([onPage.status, onPage.said]).toEqual([200, '']);
    const root = bot.discord.user('root', { permissions: 'admin' });
    expect(await setsKey(root, 'sk-that-is-right')).toMatch(
      /^Saved\. The key ends in `…ight` [^.]*[\d.:]+\.$/,
    );
  });

  it('a server that is only slow is saved with a sentence, in time for Discord and for a person', async () => {
    await using slow = await startModelServer();
    slow.respondToList(hangs);
    slow.respondToTrial(hangs);
    await using bot = await startBot({ env: { WEB: 'on', TENANT_BASE_URLS: 'any' } });
    const browser = bot.parley.browser();
    const root = bot.discord.user('root', { permissions: 'admin' });
    const [onPage, onDiscord] = await Promise.all([
      saves(browser, '/api/settings', { baseUrl: slow.url }),
      sets(root, 'baseUrl', slow.url),
    ]);
    expect([onPage.status, onPage.said]).toEqual([200, expect.stringMatching(/^Saved\. .*only be slow/)]);
    expect(onPage.ms).toBeLessThan(25_000);
    // The panel stays as it was meanwhile.
    await bot.discord.waitFor(() =>
      /^Saved\. .*only be slow/.test(bot.discord.message(onDiscord.id).content),
    );
    expect((await browser.state()).settings.baseUrl).toBe(slow.url);
  });

  it('an admin of a server that is not allowed costs the operator nothing by trying', async () => {
    await using bot = await startBot({
      env: { OPENAI_API_KEY: 'sk-operator', OPERATOR_MODELS: '*', ALLOWED_SERVERS: '1' },
    });
    bot.model.respondToList(lists('here'));
    const root = bot.discord.user('root', { permissions: 'admin' });
    await sentence(root.runs('model', { name: 'not-listed' }));
    expect([...bot.model.trials, ...bot.model.requests]).toEqual([]);
  });
});

describe('people of a page that is not theirs', () => {
  it('hear the same of a closed port, a web page, and an error of an internal host, and never what it says', async () => {
    await using page = await internal(200, 'text/html');
    await using error = await internal(500, 'application/json');
    await using missing = await internal(404, 'application/json');
    await using parley = await startParley({
      HOST: '0.0.0.0',
      WEB_TOKEN: 'a token that is long enough for it',
      TENANT_BASE_URLS: 'any',
    });
    const browser = parley.browser();
    await browser.fetch('/access?token=a%20token%20that%20is%20long%20enough%20for%20it');
    const heard = new Set<string>();
    for (const baseUrl of ['http://127.0.0.1:9/v1', page.url, error.url, missing.url]) {
      const { status, said } = await saves(browser, '/api/settings', { baseUrl });
      expect(status).toBe(200);
      expect(said).not.toContain(SECRET);
      heard.add(said.replace(/127\.0\.0\.1:\d+/, 'HOST'));
    }
    expect([...heard]).toEqual([expect.stringMatching(/^Saved\. But: HOST does not answer as a model API/)]);
  });

  it('hear nothing of a model server’s own words either', async () => {
    await using model = await startModelServer();
    model.respondToList(replies(403, 'application/json', JSON.stringify({ error: { message: SECRET } })));
    model.respondToTrial(replies(400, 'application/json', JSON.stringify({ error: { message: SECRET } })));
    await using parley = await startParley({ OPENAI_BASE_URL: model.url });
    const { said } = await saves(parley.browser(), '/api/settings/key', { key: 'sk-of-a-person' }, 'PUT');
    expect(said).toMatch(/^Saved\. But/);
    expect(said).not.toContain(SECRET);
  });
});
