import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  answers,
  fails,
  lists,
  redirects,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import type { SettingsView } from '../../../src/adapters/web/api.ts';
import { type Browser, startParley } from '../../harness/web.ts';

const CANARY = 'sk-canary-0123456789-last';

const keyRing = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;

async function ask(browser: Browser, text = 'hello') {
  const id = await browser.newConversation();
  return browser.follow(id, (await browser.send(id, text)).id);
}
const saveKey = async (browser: Browser, key: string) =>
  (await (await browser.fetch('/api/settings/key', { method: 'PUT', json: { key } })).json()) as {
    settings: SettingsView;
    warning?: string;
  };
const change = (browser: Browser, json: unknown) => browser.fetch('/api/settings', { method: 'PATCH', json });

describe('a key entered in the settings', () => {
  it('is used for that browser alone, and stands nowhere in clear', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const [own, other] = [parley.browser(), parley.browser()];
    const replies = [
      await (await own.fetch('/api/settings/key', { method: 'PUT', json: { key: CANARY } })).text(),
    ];
    await ask(own);
    await ask(other);
    expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${CANARY}`,
      'Bearer sk-operator',
    ]);
    const id = await own.newConversation();
    model.respond(fails(401));
    const turn = await own.send(id, 'hello');
    for (const path of [
      `/api/conversations/${id}/turns/${turn.id}/events`,
      '/api/state',
      '/api/models',
      `/api/conversations/${id}`,
      '/',
    ]) {
      replies.push(await (await own.fetch(path)).text());
    }
    const files = readdirSync(parley.folder)
      .filter((name) => !name.endsWith('.socket'))
      .map((name) => readFileSync(join(parley.folder, name), 'latin1'));
    expect((await own.state()).settings.key).toEqual({ last4: 'last' });
    for (const place of [...replies, ...parley.log, ...files]) {
      expect(place).not.toContain(CANARY);
      expect(place).not.toContain('canary-0123');
    }
    expect(files.join('')).toContain('v1:');
  });

  it('never goes to another base URL, nor does the operator’s', async () => {
    await using operators = await startModelServer();
    await using others = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: operators.url, OPENAI_API_KEY: 'sk-operator' });
    const browser = parley.browser();
    await saveKey(browser, CANARY);
    expect((await change(browser, { baseUrl: others.url })).status).toBe(200);
    await ask(browser);
    await browser.fetch('/api/models');
    const seen = [...others.requests, ...others.listRequests, ...others.trials];
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer none'));
    expect(JSON.stringify(seen)).not.toMatch(/canary|operator/);
    expect((await browser.state()).settings).toMatchObject({
      key: null,
      using: { source: 'own', baseUrl: others.url, hasKey: false },
    });
    await saveKey(browser, 'sk-for-the-other');
    await change(browser, { baseUrl: null });
    await ask(browser);
    expect(operators.requests.at(-1)?.headers.authorization).toBe(`Bearer ${CANARY}`);
  });

  it('is out of use with the next message once it is removed or replaced', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const browser = parley.browser();
    await saveKey(browser, 'sk-the-first-key');
    await ask(browser);
    await saveKey(browser, 'sk-the-second-key');
    await ask(browser);
    await browser.fetch('/api/settings/key', { method: 'DELETE' });
    await ask(browser);
    expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-the-first-key',
      'Bearer sk-the-second-key',
      'Bearer sk-operator',
    ]);
  });

  it('is not saved when the provider does not accept it, and with a warning when it cannot be reached', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url });
    const browser = parley.browser();
    model.accept([]);
    const refused = await browser.fetch('/api/settings/key', { method: 'PUT', json: { key: CANARY } });
    expect([refused.status, await refused.json()]).toEqual([
      422,
      {
        error: {
          code: 'key',
          message: expect.stringMatching(/does not accept this key, so it was not stored/),
        },
      },
    ]);
    expect((await browser.state()).settings.key).toBeNull();
    model.accept('all');
    model.respondToList(redirects('http://127.0.0.1:1/'));
    expect((await saveKey(browser, CANARY)).warning).toBeUndefined();
    await model.stop();
    expect((await saveKey(browser, CANARY)).warning).toMatch(/cannot be reached/);
  });

  it('is a clear error, not another key and not the demo, when its master key is gone; and works again when that is back', async () => {
    await using model = await startModelServer();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' };
    const first = await startParley({ ...env, MASTER_KEYS: keyRing('a', 1) });
    const browser = first.browser();
    await saveKey(browser, CANARY);
    await first.app.stop();
    const port = { PORT: new URL(first.app.url).port };
    const second = await startParley({ ...env, ...port, MASTER_KEYS: keyRing('b', 2) }, first.folder);
    expect(await ask(browser)).toMatchObject({ end: 'error', notice: expect.stringMatching(/MASTER_KEYS/) });
    expect(model.requests).toHaveLength(0);
    await second.app.stop();
    await using third = await startParley(
      { ...env, ...port, MASTER_KEYS: `${keyRing('c', 3)},${keyRing('a', 1)}` },
      first.folder,
    );
    expect(third.app.url).toBe(first.app.url);
    expect(await ask(browser)).toMatchObject({ end: 'stop' });
    expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
  });
});

describe('the side panel', () => {
  it('says who answers: the demo, the operator’s model, or the person’s own', async () => {
    await using model = await startModelServer();
    await using demo = await startParley();
    const browser = demo.browser();
    expect((await browser.state()).settings.using).toEqual({
      source: 'demo',
      model: 'demo',
      baseUrl: null,
      hasKey: false,
    });
    expect((await ask(browser, 'who are you?')).text).toMatch(/built-in demo[\s\S]*OPENAI_API_KEY/);
    await change(browser, { baseUrl: `${model.url}/`, model: 'tiny' });
    expect((await browser.state()).settings).toMatchObject({
      baseUrl: model.url,
      using: { source: 'own', model: 'tiny', baseUrl: model.url, hasKey: false },
    });
    expect((await ask(browser)).text).toBe('Hello.');
    expect(model.requests[0]?.body).toMatchObject({ model: 'tiny' });
  });

  it('lists the provider’s models, those last that hardly talk, and says so when it cannot', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url });
    model.respondToList(lists('z-chat', 'text-embedding-3', 'a-chat', 'whisper-1'));
    expect(await parley.browser().get('/api/models')).toEqual({
      models: ['a-chat', 'z-chat', 'text-embedding-3', 'whisper-1'],
    });
    model.respondToList(fails(500));
    const failed = await parley.browser().fetch('/api/models');
    expect([failed.status, await failed.json()]).toEqual([
      502,
      { error: { code: 'server', message: expect.stringMatching(/Type the name/) } },
    ]);
  });

  it('tells who answers, who pays, what is stored and which Parley it is', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      HISTORY_DAYS: '30',
    });
    const browser = parley.browser();
    const { lines } = (await browser.get('/api/about')) as { lines: { label: string; text: string }[] };
    expect(lines.map(({ label }) => label)).toEqual(['Model', 'Who pays', 'What is stored', 'Version']);
    const said = lines.map(({ text }) => text).join('\n');
    expect(said).toMatch(/gpt-6-luna[\s\S]*OPENAI_API_KEY[\s\S]*30 days[\s\S]*Parley \d/);
    expect(said).not.toContain('sk-operator');
    await saveKey(browser, CANARY);
    expect(JSON.stringify(await browser.get('/api/about'))).toContain('the API key that you set');
  });

  it('tells the log and other windows of a base URL that was saved, though the model after it was refused', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_API_KEY: 'sk-operator' });
    const browser = parley.browser();
    const { version } = await browser.state();
    model.respondToTrial(fails(404));
    const refused = await change(browser, { baseUrl: model.url, model: 'gone', persona: 'a pirate' });
    expect(refused.status).toBe(422);
    const now = await browser.state();
    expect(now.settings).toMatchObject({ baseUrl: model.url, model: null, persona: '' });
    expect(now.version).not.toBe(version);
    const lines = parley.log.filter((line) => line.includes('"audit":"settings changed"'));
    expect(lines).toEqual([expect.stringContaining('"fields":["baseUrl"]')]);
  });

  it('gives the persona to the model', async () => {
    await using model = await startModelServer();
    model.respond(answers('Arr.'));
    await using parley = await startParley({ OPENAI_BASE_URL: model.url });
    const browser = parley.browser();
    await change(browser, { persona: 'Answer as a pirate.' });
    await ask(browser);
    expect(JSON.stringify(model.requests[0]?.body)).toContain('Answer as a pirate.');
    await change(browser, { persona: null });
    await ask(browser);
    expect(JSON.stringify(model.requests[1]?.body)).not.toContain('pirate');
  });

  it.each([
    ['off', 403],
    ['public', 400],
    ['any', 200],
  ])(
    'beyond loopback with TENANT_BASE_URLS=%s answers a plain http base URL with %i',
    async (policy, status) => {
      await using parley = await startParley({
        HOST: '0.0.0.0',
        WEB_TOKEN: 'a token for the test',
        TENANT_BASE_URLS: policy,
      });
      const browser = parley.browser();
      await browser.fetch('/access?token=a%20token%20for%20the%20test');
      expect((await change(browser, { baseUrl: 'http://192.168.1.1/v1' })).status).toBe(status);
    },
  );

  it('does not reach this machine by a public base URL', async () => {
    await using inside = await startModelServer();
    await using parley = await startParley({
      HOST: '0.0.0.0',
      WEB_TOKEN: 'a token for the test',
      TENANT_BASE_URLS: 'public',
    });
    const browser = parley.browser();
    await browser.fetch('/access?token=a%20token%20for%20the%20test');
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
      expect((await change(browser, { baseUrl: `https://${host}:${inside.port}/v1` })).status).toBe(200);
      expect(await ask(browser)).toMatchObject({
        end: 'error',
        notice: expect.stringMatching(/not on the public internet/),
      });
    }
    expect(inside.requests).toHaveLength(0);
  });
});
