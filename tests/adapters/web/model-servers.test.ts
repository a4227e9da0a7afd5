/** The page when model servers differ from their documentation. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import {
  answers,
  done,
  event,
  fails,
  finish,
  hasImage,
  refusesWhile,
  repliesJson,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Browser, startParley } from '../../harness/web.ts';

async function ask(browser: Browser, picture = false) {
  const id = await browser.newConversation();
  const attachments: string[] = [];
  if (picture) {
    const body = new Uint8Array(Buffer.from('89504e470d0a1a0a0000', 'hex'));
    const uploaded = await browser.fetch(`/api/conversations/${id}/attachments?name=cat.png`, {
      method: 'POST',
      body,
    });
    attachments.push(((await uploaded.json()) as { id: string }).id);
  }
  const turn = await browser.send(id, 'What is this?', { attachments });
  const followed = await browser.follow(id, turn.id);
  return { ...followed, conversation: id, turn: turn.id };
}

async function asked(behaviour: Behaviour, spelled = (url: string) => url) {
  await using model = await startModelServer();
  await using parley = await startParley({
    OPENAI_BASE_URL: spelled(model.url),
    OPENAI_API_KEY: 'sk-operator',
  });
  model.respond(behaviour);
  return await ask(parley.browser());
}

describe('an answer', () => {
  it.each<[string, (url: string) => string]>([
    ['the whole address of an endpoint', (url) => `${url}/chat/completions`],
    ['no version and no scheme', (url) => url.replace(/^http:\/\/|\/v1$/g, '')],
    ['quotes around it', (url) => `"${url}/"`],
  ])('comes from a base URL with %s', async (_, spelled) => {
    expect(await asked(answers('Hello.'), spelled)).toMatchObject({ text: 'Hello.', end: 'stop' });
  });

  it('has the thoughts beside it that came before a lone </think>', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url });
    model.respond(answers('I think of ', 'ZEBRA.', '</think>', '\n\nIt is ', '42.'));
    const browser = parley.browser();
    const { conversation, turn, ...followed } = await ask(browser);
    expect(followed).toMatchObject({ text: 'It is 42.', end: 'stop', hasThoughts: true });
    expect(await browser.get(`/api/conversations/${conversation}/turns/${turn}/thoughts`)).toEqual({
      thoughts: 'I think of ZEBRA.',
    });
    const [kept] = await browser.turns(conversation);
    expect(JSON.stringify(kept)).not.toContain('ZEBRA');
  });

  it('says that a picture was not seen', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'blind' });
    model.respond(
      refusesWhile(
        hasImage,
        fails(404, { message: 'No endpoints found that support image input' }),
        answers('A cat?'),
      ),
    );
    expect(await ask(parley.browser(), true)).toMatchObject({
      text: 'A cat?',
      end: 'stop',
      notice: '“blind” did not take your picture, so it answered without seeing it.',
    });
  });
});

describe('a failure', () => {
  it.each<[string, Behaviour, RegExp]>([
    [
      'a wrong key as 400 in an array',
      repliesJson(400, [
        { error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } },
      ]),
      /does not accept .*key/,
    ],
    [
      'too long for Bedrock, in a string',
      repliesJson(500, { error: 'ValidationException: Input is too long for requested model.' }),
      /longer than “.*” can read/,
    ],
    [
      'more than the account may send',
      fails(429, {
        message: 'Request too large for x on tokens per min (TPM): Limit 30000, Requested 45000.',
      }),
      /may send .* at once/,
    ],
    [
      'all spent on thinking',
      streams(event({ choices: [{ delta: { reasoning: 'hm' } }] }), finish('length'), done),
      /before its first word/,
    ],
    ['half an answer', streams(text('Half')), /broke off/],
  ])('is said right: %s', async (_, behaviour, notice) => {
    expect((await asked(behaviour)).notice).toMatch(notice);
  });
});
