/** Titles that a model writes after the first answer: once, at a small cost, and never over a person's own. */
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  fails,
  finish,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import { gate } from '../../../harness/gate.ts';
import { booked } from '../../../harness/money/booked.ts';
import { priceFile } from '../../../harness/money/price-file.ts';
import { startParley } from '../../../harness/web.ts';
import { standingIn } from '../../../security/stored.ts';
import { asks, noneUnderWay, rename, SMALL, startTitled, titleIn, titleRequests, titles } from './titled.ts';

const A_DOLLAR = { input: 1, output: 1 };

describe('the title of a conversation', () => {
  it('is written by the small model after the first answer, once, and found by search', async () => {
    await using page = await startTitled();
    const { model, browser } = page;
    model.respond(titles(answers('"Trains to **Rome**."\nThat is my title.')));
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'How do I get to Italy?\nBy rail.');
    await expect.poll(() => titleIn(browser, conversation)).toBe('Trains to Rome');
    await asks(browser, conversation, 'And back?');
    await asks(browser, conversation, 'When?');
    expect(titleRequests(model)).toHaveLength(1);
    const sent = JSON.stringify(titleRequests(model)[0]?.body);
    expect(sent).toContain('| How do I get to Italy?');
    expect(sent).toContain('| By rail.');
    expect(sent).toContain('| An answer.');
    await expect
      .poll(async () => (await browser.get<{ hits: unknown[] }>('/api/search?q=Trains')).hits)
      .toMatchObject([{ title: 'Trains to Rome' }]);
  });

  it('stays as it was where the operator names no model for it', async () => {
    await using page = await startTitled({ OPENAI_TITLE_MODEL: '' });
    const { model, browser } = page;
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'Hello');
    await asks(browser, conversation, 'Again');
    expect(await titleIn(browser, conversation)).toBe('Hello');
    expect(model.requests).toHaveLength(2);
    const ids = (await browser.state()).settings.fields.map(({ id }) => id);
    expect(ids).not.toContain('titles');
  });

  it('is the first line for a person who wants it so', async () => {
    await using page = await startTitled();
    const { model, browser } = page;
    model.respond(titles(answers('Made')));
    const saved = await browser.fetch('/api/settings', { method: 'PATCH', json: { titles: 'off' } });
    expect(saved.status).toBe(200);
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'Hello');
    await asks(browser, conversation, 'Again');
    expect(titleRequests(model)).toHaveLength(0);
    await browser.fetch('/api/settings', { method: 'PATCH', json: { titles: 'on' } });
    await asks(browser, conversation, 'Once more');
    await expect.poll(() => titleIn(browser, conversation)).toBe('Made');
  });

  it('is that of the person who renames it before, while and after it is made', async () => {
    await using page = await startTitled();
    const { model, browser, parley, stop } = page;
    const held = gate();
    model.respond(titles(streams(text('Made'), after(held.opened), finish(), done)));
    const while_ = await browser.newConversation();
    await asks(browser, while_, 'One');
    await expect.poll(() => titleRequests(model).length).toBe(1);
    await rename(browser, while_, 'Mine');
    // The same words as the first message are a name, too.
    const same = await browser.newConversation();
    await rename(browser, same, 'Two');
    await asks(browser, same, 'Two');
    held.open();
    await noneUnderWay(parley);
    model.respond(titles(answers('Made')));
    const later = await browser.newConversation();
    await asks(browser, later, 'Three');
    await expect.poll(() => titleIn(browser, later)).toBe('Made');
    await rename(browser, later, 'Ours');
    await asks(browser, later, 'Four');
    await stop();
    await using again = await startParley({}, parley.folder);
    const here = browser.at(again.app.url);
    expect(await titleIn(here, while_)).toBe('Mine');
    expect(await titleIn(here, same)).toBe('Two');
    expect(await titleIn(here, later)).toBe('Ours');
    expect(titleRequests(model)).toHaveLength(2);
  });

  it('goes with the message that it tells of', async () => {
    await using page = await startTitled();
    const { model, browser, parley } = page;
    model.respond(titles(answers('CANARY-title')));
    const conversation = await browser.newConversation();
    const first = await asks(browser, conversation, 'One');
    await expect.poll(() => titleIn(browser, conversation)).toBe('CANARY-title');
    model.respond(titles(fails(500)));
    const second = await asks(browser, conversation, 'Two');
    const path = (turn: string) => `/api/conversations/${conversation}/turns/${turn}`;
    await browser.fetch(path(second), { method: 'DELETE' });
    expect(await titleIn(browser, conversation)).toBe('CANARY-title');
    await asks(browser, conversation, 'Three');
    await browser.fetch(path(first), { method: 'DELETE' });
    expect(await titleIn(browser, conversation)).toBe('Three');
    await expect.poll(() => standingIn(parley.folder, ['CANARY-title'])).toEqual([]);
  });

  it('is not kept where its message was deleted meanwhile', async () => {
    await using page = await startTitled();
    const { model, browser, parley, stop } = page;
    const held = gate();
    model.respond(titles(streams(text('CANARY-late'), after(held.opened), finish(), done)));
    const conversation = await browser.newConversation();
    const turn = await asks(browser, conversation, 'One');
    await expect.poll(() => titleRequests(model).length).toBe(1);
    await browser.fetch(`/api/conversations/${conversation}/turns/${turn}`, { method: 'DELETE' });
    held.open();
    await noneUnderWay(parley);
    await stop();
    expect(await standingIn(parley.folder, ['CANARY-late'])).toEqual([]);
  });

  it('is tried again after the next answers where the model failed, three times in all', async () => {
    await using page = await startTitled();
    const { model, browser } = page;
    model.respond(titles(fails(401, { code: 'invalid_api_key' })));
    const conversation = await browser.newConversation();
    for (const words of ['One', 'Two', 'Three', 'Four']) {
      await asks(browser, conversation, words);
      const asked = Math.min(3, ['One', 'Two', 'Three', 'Four'].indexOf(words) + 1);
      await expect.poll(() => titleRequests(model).length).toBe(asked);
      expect(await titleIn(browser, conversation)).toBe('One');
    }
  });

  it('is shared by its branches, which get no other', async () => {
    await using page = await startTitled();
    const { model, browser } = page;
    model.respond(titles(answers('Made')));
    const conversation = await browser.newConversation();
    const turn = await asks(browser, conversation, 'One');
    await expect.poll(() => titleIn(browser, conversation)).toBe('Made');
    const edited = await browser.fetch(`/api/conversations/${conversation}/turns/${turn}/edit`, {
      method: 'POST',
      json: { id: crypto.randomUUID(), text: 'Another one', attachments: [] },
    });
    const { turn: other } = (await edited.json()) as { turn: { id: string } };
    await browser.follow(conversation, other.id);
    expect(await titleIn(browser, conversation)).toBe('Made');
    expect(titleRequests(model)).toHaveLength(1);
  });

  it('is written by the own model of a person who has a server of their own', async () => {
    await using page = await startTitled();
    await using own = await startModelServer();
    own.respond(answers('Made there'));
    const { model, browser } = page;
    const json = { baseUrl: own.url, key: 'sk-own', model: 'their-model' };
    expect((await browser.fetch('/api/settings', { method: 'PATCH', json })).status).toBe(200);
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'One');
    await expect.poll(() => titleIn(browser, conversation)).toBe('Made there');
    expect(own.requests.map(({ body }) => body.model)).toEqual(['their-model', 'their-model']);
    expect(model.requests).toHaveLength(0);
  });

  it('is booked as a call of its own, and none is asked for at a limit', async () => {
    const PRICES = await priceFile({ 'gpt-6-luna': A_DOLLAR, [SMALL]: A_DOLLAR, 'test-model': A_DOLLAR });
    await using page = await startTitled({ PRICES });
    const { model, browser, parley, stop } = page;
    const told = { prompt_tokens: 200, completion_tokens: 5 };
    model.respond(titles(streams(text('Made'), finish('stop', told), done)));
    const conversation = await browser.newConversation();
    await asks(browser, conversation, 'One');
    await expect.poll(() => titleIn(browser, conversation)).toBe('Made');
    const most = titleRequests(model)[0]?.body;
    expect(most?.max_tokens ?? most?.max_output_tokens ?? most?.max_completion_tokens).toBe(500);
    // So little is left that the answer fits, and nothing after it.
    const held = gate();
    model.respond(
      titles(
        answers('None'),
        streams(text('Dear.'), after(held.opened), finish('stop', { prompt_tokens: 2_000_000 }), done),
      ),
    );
    const next = await browser.newConversation();
    const { id } = await browser.send(next, 'Two');
    await browser.sees(next, id, 'Dear.');
    await browser.fetch('/api/settings', { method: 'PATCH', json: { dayLimit: '1' } });
    held.open();
    const { notice } = await browser.follow(next, id);
    expect(notice).toBeNull();
    await stop();
    expect(titleRequests(model)).toHaveLength(1);
    expect(await booked(parley.folder, 'title')).toEqual([
      expect.objectContaining({ requests: 1, input: 200, output: 5, cost: 205_000 }),
    ]);
  });
});
