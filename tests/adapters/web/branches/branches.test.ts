/** Edited messages and other answers: each on a branch, seen by nobody else, never mixed, and made once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import type { Accepted, TurnView } from '../../../../src/adapters/web/api.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';

interface Read {
  conversation: { shown: string };
  turns: TurnView[];
}

describe('branches', () => {
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

  const post = (browser: Browser, path: string, json: unknown, method = 'POST') =>
    browser.fetch(`/api/conversations/${path}`, { method, json });
  const read = (browser: Browser, id: string, query = '') =>
    browser.get<Read>(`/api/conversations/${id}${query}`);
  const said = async (browser: Browser, id: string, query = '') =>
    (await read(browser, id, query)).turns.map(({ text, answer }) => `${text} ${answer}`);
  const ended = async (browser: Browser, id: string, turn: string, branch: string) =>
    (await browser.fetch(`/api/conversations/${id}/turns/${turn}/events?branch=${branch}`)).text();
  const show = (browser: Browser, id: string, branch: string) =>
    post(browser, `${id}/shown`, { branch }, 'PUT');

  async function talked(browser: Browser, texts = ['one', 'two', 'three']) {
    const id = await browser.newConversation();
    const turns: string[] = [];
    for (const text of texts) {
      model.respond(answers(text.toUpperCase()));
      const { id: turn } = await browser.send(id, text);
      await browser.follow(id, turn);
      turns.push(turn);
    }
    const [first = '', second = '', third = ''] = turns;
    return { id, first, second, third };
  }

  async function edit(browser: Browser, id: string, turn: string, text: string, more: object = {}) {
    model.respond(answers(text.toUpperCase()));
    const branch = randomUUID();
    const response = await post(browser, `${id}/turns/${turn}/edit`, { id: branch, text, ...more });
    expect(response.status).toBe(202);
    const accepted = (await response.json()) as Accepted;
    await browser.follow(id, branch);
    return { branch, accepted };
  }

  it('have the edited message and its answer, and the other version stays as it was', async () => {
    const browser = parley.browser();
    const { id, second } = await talked(browser);
    const { branch, accepted } = await edit(browser, id, second, 'zwei');
    expect(accepted.conversation.shown).toBe(branch);
    expect(await said(browser, id)).toEqual(['one ONE', 'zwei ZWEI']);
    const { turns } = await read(browser, id);
    expect(turns.map(({ versions }) => versions)).toEqual([undefined, { at: 2, of: [id, branch] }]);
    const asked = JSON.stringify(model.requests.at(-1)?.body);
    expect(asked).toContain('ONE');
    expect(asked).not.toContain('TWO');
    expect((await show(browser, id, id)).status).toBe(200);
    expect(await said(browser, id)).toEqual(['one ONE', 'two TWO', 'three THREE']);
    const [, before] = (await read(browser, id)).turns;
    expect(before?.versions).toEqual({ at: 1, of: [id, branch] });
    expect(await said(browser, id, `?branch=${branch}`)).toEqual(['one ONE', 'zwei ZWEI']);
  });

  it('give the conversation the title of the first message as it was edited, unless a person gave another', async () => {
    const browser = parley.browser();
    const { id, first, second } = await talked(browser);
    const title = async () => (await browser.state()).conversations.find((one) => one.id === id)?.title;
    await edit(browser, id, second, 'one');
    expect(await title()).toBe('one');
    const { branch } = await edit(browser, id, first, 'eins');
    expect(await title()).toBe('eins');
    await browser.fetch(`/api/conversations/${id}`, { method: 'PATCH', json: { title: 'Numbers' } });
    await edit(browser, id, branch, 'uno');
    expect(await title()).toBe('Numbers');
  });

  it('go on where they are shown, and are exported as they are shown', async () => {
    const browser = parley.browser();
    const { id, first } = await talked(browser);
    const { branch } = await edit(browser, id, first, 'eins');
    model.respond(answers('MORE'));
    const { id: more } = await browser.send(id, 'more');
    await browser.follow(id, more);
    expect(await said(browser, id)).toEqual(['eins EINS', 'more MORE']);
    const file = await (await browser.fetch(`/api/conversations/${id}/export?as=markdown`)).text();
    expect(file).toContain('MORE');
    expect(file).not.toContain('ONE');
    model.respond(answers('ELSEWHERE'));
    const message = { id: randomUUID(), text: 'elsewhere', attachments: [] };
    expect((await post(browser, `${id}/messages?branch=${id}`, message)).status).toBe(202);
    await ended(browser, id, message.id, id);
    expect((await said(browser, id, `?branch=${id}`)).at(-1)).toBe('elsewhere ELSEWHERE');
    expect(await said(browser, id, `?branch=${branch}`)).toEqual(['eins EINS', 'more MORE']);
  });

  it('answer the same message anew, any of them, also with another model', async () => {
    const browser = parley.browser();
    const { id, second } = await talked(browser);
    model.respond(answers('OTHER'));
    const branch = randomUUID();
    const other = { id: branch, model: 'other-model' };
    expect((await post(browser, `${id}/turns/${second}/regenerate`, other)).status).toBe(202);
    await browser.follow(id, branch);
    expect(model.requests.at(-1)?.body).toMatchObject({ model: 'other-model' });
    expect(await said(browser, id)).toEqual(['one ONE', 'two OTHER']);
    const versions = async (shown: string) =>
      (await read(browser, id, `?branch=${shown}`)).turns.at(1)?.versions;
    expect(await versions(branch)).toEqual({ at: 2, of: [id, branch], areAnswers: true });
    expect(await versions(id)).toEqual({ at: 1, of: [id, branch], areAnswers: true });
    await edit(browser, id, branch, 'zwei');
    expect(await versions(branch)).toMatchObject({ at: 2, of: [id, branch, expect.anything()] });
    expect(await versions(branch)).not.toHaveProperty('areAnswers');
  });

  it('are made once, however often they are asked for, and are two where two windows ask', async () => {
    const browser = parley.browser();
    const { id, second } = await talked(browser);
    model.respond(answers('A'), answers('B'));
    const [a, b] = [randomUUID(), randomUUID()];
    const ask = (branch: string, text: string) =>
      post(browser, `${id}/turns/${second}/edit?branch=${id}`, { id: branch, text });
    const all = await Promise.all([ask(a, 'a'), ask(b, 'b'), ask(a, 'a'), ask(b, 'b'), ask(a, 'a')]);
    expect(all.every(({ ok }) => ok)).toBe(true);
    await ended(browser, id, a, a);
    await ended(browser, id, b, b);
    expect((await said(browser, id, `?branch=${a}`)).map((line) => line.split(' ')[0])).toEqual(['one', 'a']);
    expect((await said(browser, id, `?branch=${b}`)).map((line) => line.split(' ')[0])).toEqual(['one', 'b']);
    const [, turn] = (await read(browser, id, `?branch=${id}`)).turns;
    expect(turn?.versions?.of.toSorted()).toEqual([id, a, b].toSorted());
  });

  it('say a message once that is sent again once another version of it is shown', async () => {
    const browser = parley.browser();
    await browser.state();
    const id = randomUUID();
    const first = { id: randomUUID(), text: 'one', attachments: [], begins: true };
    model.respond(answers('ONE'));
    expect((await post(browser, `${id}/messages`, first)).status).toBe(202);
    await browser.follow(id, first.id);
    const { branch } = await edit(browser, id, first.id, 'eins');
    const again = await post(browser, `${id}/messages`, first);
    expect(again.status).toBe(200);
    expect(((await again.json()) as Accepted).turn).toBeNull();
    expect(await said(browser, id)).toEqual(['eins EINS']);
    expect(await said(browser, id, `?branch=${id}`)).toEqual(['one ONE']);
    const more = { id: randomUUID(), text: 'more', attachments: [] };
    model.respond(answers('MORE'));
    expect((await post(browser, `${id}/messages?branch=${branch}`, more)).status).toBe(202);
    await ended(browser, id, more.id, branch);
    await show(browser, id, id);
    expect((await post(browser, `${id}/messages`, more)).status).toBe(200);
    expect(await said(browser, id)).toEqual(['one ONE']);
  });

  it('lose a turn that is deleted in what they begin with, and give way once nothing is left', async () => {
    const browser = parley.browser();
    const { id, first, second } = await talked(browser);
    const { branch } = await edit(browser, id, second, 'zwei');
    expect((await post(browser, `${id}/turns/${first}`, {}, 'DELETE')).status).toBe(204);
    expect(await said(browser, id)).toEqual(['zwei ZWEI']);
    expect(await said(browser, id, `?branch=${id}`)).toEqual(['two TWO', 'three THREE']);
    expect((await post(browser, `${id}/turns/${branch}`, {}, 'DELETE')).status).toBe(204);
    expect((await read(browser, id)).conversation.shown).toBe(id);
    expect(await said(browser, id)).toEqual(['two TWO', 'three THREE']);
  });

  it('keep the files of the message they replace, or those it has now', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const file = (await (
      await browser.fetch(`/api/conversations/${id}/attachments?name=notes.txt`, {
        method: 'POST',
        body: 'some notes',
        headers: { 'content-type': 'text/plain' },
      })
    ).json()) as { id: string };
    model.respond(answers('READ'));
    const turn = await browser.send(id, 'read', { attachments: [file.id] });
    await browser.follow(id, turn.id);
    await edit(browser, id, turn.id, 'lies', { attachments: [file.id] });
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('some notes');
    expect((await post(browser, `${id}/turns/${turn.id}?branch=${id}`, {}, 'DELETE')).status).toBe(204);
    const bytes = await browser.fetch(`/api/conversations/${id}/attachments/${file.id}`);
    expect(await bytes.text()).toBe('some notes');
  });

  it('are not there for another person, nor are those that nobody made', async () => {
    const browser = parley.browser();
    const { id, second } = await talked(browser);
    const { branch } = await edit(browser, id, second, 'zwei');
    const other = parley.browser();
    await other.state();
    const body = { id: randomUUID(), text: 'x', model: 'm' };
    for (const path of [`turns/${second}/edit`, `turns/${second}/regenerate`, `turns/${branch}/edit`])
      expect((await post(other, `${id}/${path}?branch=${branch}`, body)).status).toBe(404);
    expect((await show(other, id, branch)).status).toBe(404);
    expect((await other.fetch(`/api/conversations/${id}?branch=${branch}`)).status).toBe(404);
    for (const unknown of [randomUUID(), 'x', '__proto__', ''])
      expect((await browser.fetch(`/api/conversations/${id}?branch=${unknown}`)).status).toBe(404);
    expect((await show(browser, id, randomUUID())).status).toBe(404);
  });

  it('are deleted with their conversation', async () => {
    const browser = parley.browser();
    const { id, second } = await talked(browser);
    const { branch } = await edit(browser, id, second, 'zwei');
    expect((await post(browser, id, {}, 'DELETE')).status).toBe(204);
    expect((await browser.fetch(`/api/conversations/${id}?branch=${branch}`)).status).toBe(404);
    expect((await browser.fetch(`/api/conversations/${id}/turns/${branch}/events`)).status).toBe(404);
  });
});
