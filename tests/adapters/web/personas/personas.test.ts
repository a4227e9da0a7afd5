/** Personas of a person's own: kept, bounded, told to the model in the conversations that have them, and nobody else's. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import type { PersonaView } from '../../../../src/adapters/web/api/personas.ts';
import type { Accepted } from '../../../../src/adapters/web/api.ts';
import { type Browser, startParley } from '../../../harness/web.ts';
import { standingIn } from '../../../security/stored.ts';

async function started() {
  const model = await startModelServer();
  const parley = await startParley({ OPENAI_BASE_URL: model.url });
  return {
    model,
    parley,
    browser: parley.browser(),
    async [Symbol.asyncDispose]() {
      await parley.app.stop();
      await model.stop();
    },
  };
}

const put = (browser: Browser, id: string, json: unknown) =>
  browser.fetch(`/api/personas/${id}`, { method: 'PUT', json });

async function keeps(browser: Browser, name: string, text: string): Promise<string> {
  const id = randomUUID();
  const saved = await put(browser, id, { name, text });
  expect(saved.status).toBe(200);
  return id;
}

const all = async (browser: Browser) =>
  (await browser.get<{ personas: PersonaView[] }>('/api/personas')).personas;

const chooses = (browser: Browser, conversation: string, persona?: string) =>
  browser.fetch(`/api/conversations/${conversation}/choices`, {
    method: 'PUT',
    json: persona === undefined ? {} : { persona },
  });

async function asks(browser: Browser, conversation: string, text: string): Promise<string> {
  const { id } = await browser.send(conversation, text);
  await browser.follow(conversation, id);
  return id;
}

/** The instructions of the last request. */
const told = (model: ModelServer) => JSON.stringify(model.requests.at(-1)?.body);

async function follows(browser: Browser, conversation: string, path: string, json: unknown): Promise<void> {
  const response = await browser.fetch(`/api/conversations/${conversation}/${path}`, {
    method: 'POST',
    json,
  });
  const { turn } = (await response.json()) as Accepted;
  if (turn) await browser.follow(conversation, turn.id);
}

describe('a persona', () => {
  it('counts in the conversation that has it, in place of the setting, until it is changed or taken away', async () => {
    await using page = await started();
    const { model, browser } = page;
    await browser.fetch('/api/settings', { method: 'PATCH', json: { persona: 'Be as usual.' } });
    const id = await keeps(browser, 'pirate', 'Talk like a pirate.');
    const conversation = await browser.newConversation();
    const first = await asks(browser, conversation, 'One');
    expect(told(model)).toContain('Be as usual.');
    await chooses(browser, conversation, id);
    const turn = await asks(browser, conversation, 'Two');
    expect(told(model)).toContain('Talk like a pirate.');
    expect(told(model)).not.toContain('Be as usual.');
    expect(told(model)).toContain('You are Parley');
    await follows(browser, conversation, `turns/${turn}/regenerate`, { id: randomUUID() });
    expect(told(model)).toContain('Talk like a pirate.');
    await put(browser, id, { name: 'pirate', text: 'Talk like a captain.' });
    await follows(browser, conversation, `turns/${first}/edit`, {
      id: randomUUID(),
      text: 'Three',
      attachments: [],
    });
    expect(told(model)).toContain('Talk like a captain.');
    const other = await browser.newConversation();
    await asks(browser, other, 'Four');
    expect(told(model)).toContain('Be as usual.');
    await chooses(browser, conversation);
    await asks(browser, conversation, 'Five');
    expect(told(model)).toContain('Be as usual.');
  });

  it('that was deleted counts as none, and the conversation goes on', async () => {
    await using page = await started();
    const { model, browser } = page;
    const id = await keeps(browser, 'pirate', 'Talk like a pirate.');
    const conversation = await browser.newConversation();
    await chooses(browser, conversation, id);
    expect((await browser.fetch(`/api/personas/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect(await all(browser)).toEqual([]);
    await asks(browser, conversation, 'One');
    expect(told(model)).not.toContain('pirate');
    await browser.fetch('/api/session', { method: 'DELETE' });
    await expect.poll(() => standingIn(page.parley.folder, ['Talk like a pirate.'])).toEqual([]);
  });

  it('is nobody else’s, also where its id is known', async () => {
    await using page = await started();
    const { model, parley, browser } = page;
    const id = await keeps(browser, 'pirate', 'Talk like a pirate.');
    const stranger = parley.browser();
    const conversation = await stranger.newConversation();
    await chooses(stranger, conversation, id);
    await asks(stranger, conversation, 'One');
    expect(told(model)).not.toContain('pirate');
    expect(await all(stranger)).toEqual([]);
    await stranger.fetch(`/api/personas/${id}`, { method: 'DELETE' });
    expect(await all(browser)).toHaveLength(1);
  });

  it('is one of twenty at most, also where many are added at once, and of a name of its own', async () => {
    await using page = await started();
    const { browser } = page;
    await browser.state();
    const added = await Promise.all(
      Array.from({ length: 25 }, (_, i) => put(browser, randomUUID(), { name: `p${i}`, text: 'x' })),
    );
    expect(added.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(5);
    const kept = await all(browser);
    expect(kept).toHaveLength(20);
    expect((await browser.state()).settings.personas.map(({ id }) => id).sort()).toEqual(
      kept.map(({ id }) => id).sort(),
    );
    const [first, second] = kept;
    const taken = await put(browser, first?.id ?? '', { name: second?.name.toUpperCase(), text: 'x' });
    expect(taken.status).toBe(409);
    // One that is there can still be changed.
    expect((await put(browser, first?.id ?? '', { name: 'renamed', text: 'y' })).status).toBe(200);
  });

  it.each([
    ['', 'x', /one word/],
    ['two words', 'x', /one word/],
    ['a/b', 'x', /one word/],
    ['-a', 'x', /one word/],
    ['a\u202eb', 'x', /one word/],
    ['n'.repeat(33), 'x', /32 characters at most/],
    ['pirate', '  ', /what Parley should be told/],
    ['pirate', 'x'.repeat(8_001), /8000 characters at most/],
    ['pirate', 'a\u0000b', /control characters/],
    ['pirate', 7, /must be text/],
  ])('%j with the text %j is refused with a sentence', async (name, text, sentence) => {
    await using page = await started();
    const refused = await put(page.browser, randomUUID(), { name, text });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(sentence);
    expect(await all(page.browser)).toEqual([]);
  });

  it('has a name in any script, and an id that is a UUID', async () => {
    await using page = await started();
    const { browser } = page;
    for (const name of ['قرصان', '海賊', 'हिन्दी', 'Über_1-a']) await keeps(browser, name, 'x');
    expect((await all(browser)).map(({ name }) => name).sort()).toEqual(
      ['Über_1-a', 'قرصان', '海賊', 'हिन्दी'].sort(),
    );
    for (const id of ['__proto__', 'constructor', 'a'])
      expect((await put(browser, id, { name: 'x', text: 'x' })).status).toBe(400);
    const conversation = await browser.newConversation();
    expect((await chooses(browser, conversation, '__proto__')).status).toBe(400);
  });
});
