/** Exports of one conversation, as files. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import type { ExportedConversation } from '../../../src/adapters/web/api/export.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';
import { importTurns } from './import/import-turns.ts';

describe('an exported conversation', () => {
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

  async function talked(browser: Browser): Promise<string> {
    const id = await browser.newConversation();
    model.respond(answers('Answered.'));
    const turn = await browser.send(id, 'Question?');
    await browser.follow(id, turn.id);
    return id;
  }

  it('has all turns in their order, in Markdown and in JSON, also of several pages', async () => {
    const browser = parley.browser();
    const id = await importTurns(browser, 40);
    const markdown = await (await browser.fetch(`/api/conversations/${id}/export?as=markdown`)).text();
    expect(markdown.startsWith('# Question 0?\n\n## Question · ')).toBe(true);
    expect([...markdown.matchAll(/Answer \*\*(\d+)\*\*/g)].map(([, at]) => Number(at))).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
    const response = await browser.fetch(`/api/conversations/${id}/export?as=json`);
    expect(response.headers.get('content-disposition')).toBe('attachment');
    const json = (await response.json()) as ExportedConversation;
    expect(json).toMatchObject({ format: 'parley.conversation', version: 1, id, title: 'Question 0?' });
    expect(json.turns.map(({ text, answer, end }) => [text, answer, end])).toEqual(
      Array.from({ length: 40 }, (_, at) => [`Question ${at}?`, `Answer **${at}**.`, 'stop']),
    );
    expect(json.turns.map(({ parent }) => parent)).toEqual([
      null,
      ...json.turns.slice(0, -1).map(({ id }) => id),
    ]);
    expect(json.shown).toBe(json.turns.at(-1)?.id);
    expect(json.turns.every(({ model }) => model !== null)).toBe(true);
  });

  it('is refused to a browser that exports again and again, since each one is a line of the audit log', async () => {
    const browser = parley.browser();
    const id = await importTurns(browser, 1);
    const statuses = new Set<number>();
    for (let i = 0; i <= 240; i++) {
      const response = await browser.fetch(`/api/conversations/${id}/export?as=markdown`);
      statuses.add(response.status);
      await response.text();
      if (response.status === 429) break;
    }
    expect([...statuses]).toEqual([200, 429]);
  });

  it('names its files, and of a person only what was said', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const sent = await browser.fetch(`/api/conversations/${id}/attachments?name=notes.txt`, {
      method: 'POST',
      body: 'some notes',
      headers: { 'content-type': 'text/plain' },
    });
    const { id: file } = (await sent.json()) as { id: string };
    model.respond(answers('Read.'));
    const turn = await browser.send(id, 'Read this', { attachments: [file] });
    await browser.follow(id, turn.id);
    const text = await (await browser.fetch(`/api/conversations/${id}/export?as=json`)).text();
    expect((JSON.parse(text) as ExportedConversation).turns[0]?.files).toEqual([
      { name: 'notes.txt', type: 'text/plain', size: 10 },
    ]);
    for (const value of browser.cookies().values()) expect(text).not.toContain(value);
    expect(text).not.toContain('web:');
    expect(await (await browser.fetch(`/api/conversations/${id}/export?as=markdown`)).text()).toContain(
      '*File: notes.txt*',
    );
  });

  it('is whole where there is no turn yet', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const response = await browser.fetch(`/api/conversations/${id}/export?as=json`);
    expect(await response.json()).toMatchObject({ turns: [], shown: null });
  });

  it('is not there for another person, nor in an unknown kind', async () => {
    const browser = parley.browser();
    const id = await talked(browser);
    for (const as of ['markdown', 'json'])
      expect((await parley.browser().fetch(`/api/conversations/${id}/export?as=${as}`)).status).toBe(404);
    for (const as of ['', 'pdf', 'constructor', '__proto__'])
      expect((await browser.fetch(`/api/conversations/${id}/export?as=${as}`)).status).toBe(400);
  });
});
