/** The choices of one conversation: what they answer, after what, and who is refused them. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startModelServer } from '../../../lab/counterparts/model-server.ts';
import { emptyFolder } from '../../fixtures.ts';
import { type Browser, browserOf, startParley } from '../../harness/web.ts';

const choose = (browser: Browser, id: string, json: unknown) =>
  browser.fetch(`/api/conversations/${id}/choices`, { method: 'PUT', json });
const refusal = async (response: Response) => ({
  status: response.status,
  message: ((await response.json()) as { error: { message: string } }).error.message,
});

describe('the choices of a conversation', () => {
  it('answer its next messages after a restart, and are kept with a message that waits through it', async () => {
    await using model = await startModelServer();
    const folder = await emptyFolder();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator', OPENAI_MODEL: 'small' };
    const first = await startParley(env, folder);
    const before = first.browser();
    const id = await before.newConversation();
    expect((await choose(before, id, { model: 'big', temperature: 0.5, effort: 'high' })).status).toBe(200);
    await first.app.stop();
    await using second = await startParley(env, folder);
    const after = browserOf(second.app.url, before.cookies());
    const turn = await after.send(id, 'hello');
    await after.follow(id, turn.id);
    expect(model.requests.at(-1)?.body).toMatchObject({
      model: 'big',
      temperature: 0.5,
      reasoning_effort: 'high',
    });
    await choose(after, id, {});
    const again = await after.fetch(`/api/conversations/${id}/turns/${turn.id}/retry`, { method: 'POST' });
    expect(again.status).toBe(202);
    await after.follow(id, turn.id);
    expect(model.requests.at(-1)?.body).toMatchObject({ model: 'small' });
  });

  it('of a first message become those of the conversation that it begins', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const browser = parley.browser();
    await browser.state();
    const [id, turn] = [randomUUID(), randomUUID()];
    const message = { id: turn, text: 'hello', attachments: [], begins: true, chosen: { model: 'big' } };
    const sent = await browser.fetch(`/api/conversations/${id}/messages`, { method: 'POST', json: message });
    expect(sent.status).toBe(202);
    await browser.follow(id, turn);
    expect(model.requests.at(-1)?.body).toMatchObject({ model: 'big' });
    const read = await browser.get<{ conversation: unknown }>(`/api/conversations/${id}`);
    expect(read.conversation).toMatchObject({ chosen: { model: 'big' } });
  });

  it('of a model that the operator no longer pays for refuse the message with the way out, and nothing else', async () => {
    await using model = await startModelServer();
    const folder = await emptyFolder();
    const env = {
      HOST: '0.0.0.0',
      WEB_TOKEN: 'a token for the test',
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      OPENAI_MODEL: 'small',
    };
    const first = await startParley({ ...env, OPERATOR_MODELS: 'small,big' }, folder);
    const before = first.browser();
    await before.fetch('/access?token=a+token+for+the+test');
    const id = await before.newConversation();
    expect(await refusal(await choose(before, id, { model: 'huge' }))).toMatchObject({
      status: 403,
      message: expect.stringMatching(/pays here only for `small`, `big`.*API key of your own/),
    });
    expect((await choose(before, id, { model: 'big' })).status).toBe(200);
    await first.app.stop();
    await using second = await startParley({ ...env, OPERATOR_MODELS: 'small' }, folder);
    const after = browserOf(second.app.url, before.cookies());
    const message = { id: randomUUID(), text: 'hello', attachments: [] };
    const send = () => after.fetch(`/api/conversations/${id}/messages`, { method: 'POST', json: message });
    expect(await refusal(await send())).toMatchObject({
      status: 403,
      message: expect.stringContaining('pays here only for `small`'),
    });
    await choose(after, id, {});
    expect((await send()).status).toBe(202);
  });

  it('are not another person’s, and take no other form', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const [mine, other] = [parley.browser(), parley.browser()];
    const id = await mine.newConversation();
    await other.state();
    expect((await choose(other, id, { model: 'big' })).status).toBe(404);
    for (const wrong of [{ temperature: 3 }, { effort: 'endless' }, { model: 'a\nb' }, { baseUrl: 'x' }, []])
      expect((await choose(mine, id, wrong)).status, JSON.stringify(wrong)).toBe(400);
  });
});
