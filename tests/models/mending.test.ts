/** Parley mends refusals before anybody hears of them, and remembers the remedy. */
import { describe, expect, it } from 'vitest';
import type { Behaviour, ReceivedRequest } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  answersWhole,
  CANARY,
  event,
  fails,
  hasImage,
  hasSystem,
  isStreamed,
  readsAtMost,
  refusesWhile,
  replies,
  repliesJson,
  reset,
  sentMessages,
  startModelServer,
  streams,
} from '../../lab/counterparts/model-server.ts';
import type { Image } from '../../src/core/models/model.ts';
import { APIS, ask, modelAt, requestOf } from './ask.ts';

const CAT: Image = { name: 'cat.png', type: 'image/png', base64: 'iVBORw0KGgo=' };
const seen = requestOf({ role: 'user', text: 'What is this?', images: [CAT] });

const says = (status: number, message: string, more: Record<string, unknown> = {}): Behaviour =>
  repliesJson(status, { error: { message: `${message} ${CANARY}`, ...more } });

describe.each(APIS)('%s: the role of the instructions', (api) => {
  it.each<[string, Behaviour]>([
    [
      'OpenAI o1',
      fails(400, {
        message: "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        param: 'messages[0].role',
        code: 'unsupported_value',
      }),
    ],
    ['Gemma on vLLM', repliesJson(400, { object: 'error', message: 'System role not supported', code: 400 })],
    ['llama.cpp', says(500, 'Jinja Exception: System role not supported')],
    [
      'an old template of Mistral',
      says(400, 'Conversation roles must alternate user/assistant/user/assistant/...'),
    ],
    [
      'Gemini',
      repliesJson(400, [{ error: { message: 'Developer instruction is not enabled for models/x' } }]),
    ],
    [
      'FastAPI',
      repliesJson(422, {
        detail: [{ loc: ['body', 'messages', 0, 'role'], msg: "Input should be 'user' or 'assistant'" }],
      }),
    ],
    [
      'Groq',
      repliesJson(400, {
        error: {
          message: "'messages.0.role' : value 'system' is not one of the allowed values ['user','assistant']",
        },
      }),
    ],
    ['others', replies(400, 'text/plain', "Only 'user' and 'assistant' messages are allowed")],
    [
      'serde',
      replies(
        422,
        'text/plain',
        'messages[0].role: unknown variant `system`, expected `user` or `assistant`',
      ),
    ],
  ])('refused by %s goes into the first message, and is not tried again', async (_, refusal) => {
    await using server = await startModelServer();
    server.respond(refusesWhile(hasSystem, refusal, answers('Anyway.')));
    const request = requestOf('One', { role: 'assistant', text: 'Two' }, 'Three');
    expect(await ask(modelAt(server.url, api), { request })).toMatchObject({
      text: 'Anyway.',
      end: { type: 'end', end: 'stop' },
    });
    await ask(modelAt(server.url, api), { request });
    expect(server.requests.map(hasSystem)).toEqual([true, false, false]);
    expect(sentMessages(server.requests[1])).toEqual([
      { role: 'user', content: 'Be brief.\n\nOne' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content: 'Three' },
    ]);
  });

  it('stays where something else is wrong with the system', async () => {
    await using server = await startModelServer();
    server.respond(
      fails(500, { message: 'Internal system error: unexpected message' }, { 'retry-after-ms': '1' }),
    );
    await ask(modelAt(server.url, api));
    expect(server.requests.map(hasSystem)).toEqual([true, true, true]);
  });
});

describe.each(APIS)('%s: a stream', (api) => {
  it.each<[string, Behaviour]>([
    [
      'of an account that is not verified (OpenAI)',
      fails(400, {
        message: 'Your organization must be verified to stream this model.',
        param: 'stream',
        code: 'unsupported_value',
      }),
    ],
    ['in words', says(400, 'Streaming is not supported for this model.')],
    [
      'as a field that is not known',
      repliesJson(422, { detail: [{ loc: ['body', 'stream'], msg: 'Extra inputs are not permitted' }] }),
    ],
    ['with a status of its own', says(501, 'stream not implemented', { param: 'stream' })],
  ])('refused %s is done without, and not tried again', async (_, refusal) => {
    await using server = await startModelServer();
    server.respond(refusesWhile(isStreamed, refusal, answersWhole('In one piece.')));
    expect(await ask(modelAt(server.url, api))).toMatchObject({
      text: 'In one piece.',
      end: { end: 'stop' },
    });
    await ask(modelAt(server.url, api));
    expect(server.requests.map(isStreamed)).toEqual([true, false, false]);
  });

  it('that one account may not have is still asked for with the key of another', async () => {
    await using server = await startModelServer();
    const isAlice = ({ headers }: ReceivedRequest) => headers.authorization === 'Bearer sk-alice';
    const refusal = says(400, 'Your organization must be verified to stream this model.');
    server.respond(
      refusesWhile(
        (request) => isAlice(request) && isStreamed(request),
        refusal,
        refusesWhile(isAlice, answersWhole('In one piece.'), answers('In ', 'pieces.')),
      ),
    );
    const as = (key: string) => modelAt(server.url, api, { provider: { baseUrl: server.url, key } });
    expect((await ask(as('sk-alice'))).text).toBe('In one piece.');
    expect((await ask(as('sk-bob'))).text).toBe('In pieces.');
    expect((await ask(as('sk-alice'))).text).toBe('In one piece.');
    expect(server.requests.map(isStreamed)).toEqual([true, false, true, false]);
  });

  it('is asked for again where it was not the cause', async () => {
    await using server = await startModelServer();
    server.respond(says(400, 'stream: something is invalid'));
    expect((await ask(modelAt(server.url, api))).end.failure).toMatchObject({ kind: 'request' });
    server.respond(answers('Hello.'));
    await ask(modelAt(server.url, api));
    expect(server.requests.map(isStreamed)).toEqual([true, false, true]);
  });
});

describe.each(APIS)('%s: pictures', (api) => {
  it.each<[string, Behaviour]>([
    ['OpenRouter', says(404, 'No endpoints found that support image input')],
    ['vLLM', repliesJson(400, { object: 'error', message: 'x is not a multimodal model None', code: 400 })],
    [
      'DeepSeek',
      says(422, 'Failed to deserialize: messages[0]: unknown variant `image_url`, expected `text`'),
    ],
    ['llama.cpp', says(500, 'image input is not supported - hint: you may need to provide the mmproj')],
    [
      'Groq',
      says(
        400,
        "'messages.0' : for 'role:user', 'messages.0.content' must be a string, content must be a string",
      ),
    ],
    ['a gateway', says(403, 'Your plan does not support vision')],
    ['nobody says why', fails(400)],
    ['a status that few have', says(415, 'Unsupported media type')],
    [
      'an error within the stream',
      streams(event({ error: { message: 'this model does not support images', code: 400 } })),
    ],
  ])('refused by %s are left out; the model and people are told', async (_, refusal) => {
    await using server = await startModelServer();
    server.respond(refusesWhile(hasImage, refusal, answers('Words alone.')));
    for (let time = 0; time < 2; time++) {
      expect(await ask(modelAt(server.url, api), { request: seen })).toMatchObject({
        text: 'Words alone.',
        end: { type: 'end', end: 'stop', unseenImages: 1 },
      });
    }
    expect(sentMessages(server.requests[1])).toEqual([
      { role: 'user', content: 'What is this?\n[image not shown to you: "cat.png"]' },
    ]);
    expect(server.requests.map(hasImage)).toEqual([true, false, false]);
  });

  it('are no longer said to be unseen once they are older', async () => {
    await using server = await startModelServer();
    server.respond(refusesWhile(hasImage, fails(400), answers('Words alone.')));
    const request = requestOf(
      { role: 'user', text: 'What is this?', images: [CAT] },
      { role: 'assistant', text: 'A cat?' },
      'And now?',
    );
    expect((await ask(modelAt(server.url, api), { request })).end).toEqual({ type: 'end', end: 'stop' });
  });

  it.each([
    ['one that is broken', says(400, 'Could not process image')],
    ['one that is too large', says(400, 'image exceeds 5 MB maximum')],
    ['a server that failed', fails(500, {}, { 'retry-after-ms': '1' })],
  ])('are sent again after %s', async (_, refusal) => {
    await using server = await startModelServer();
    server.respond(refusesWhile(hasImage, refusal, answers('Words alone.')));
    expect((await ask(modelAt(server.url, api), { request: seen })).text).toBe('Words alone.');
    server.respond(answers('A cat.'));
    expect((await ask(modelAt(server.url, api), { request: seen })).end).toEqual({
      type: 'end',
      end: 'stop',
    });
    expect(server.requests.map(hasImage).slice(-2)).toEqual([false, true]);
  });

  it('go without an empty text', async () => {
    await using server = await startModelServer();
    const request = requestOf({ role: 'user', text: '', images: [CAT] });
    await ask(modelAt(server.url, api), { request });
    const [message] = sentMessages(server.requests[0]) as { content: unknown[] }[];
    expect(message?.content).toHaveLength(1);
    server.respond(fails(400), answers('Words alone.'));
    await ask(modelAt(server.url, api), { request });
    expect(sentMessages(server.requests[2])).toEqual([
      { role: 'user', content: '[image not shown to you: "cat.png"]' },
    ]);
  });

  it('that make a request too large are left out', async () => {
    await using server = await startModelServer();
    server.respond(
      refusesWhile(hasImage, replies(413, 'text/html', `<h1>${CANARY}`), answers('Words alone.')),
    );
    expect((await ask(modelAt(server.url, api), { request: seen })).end).toMatchObject({ unseenImages: 1 });
  });

  it('that make a proxy break the connection are left out', async () => {
    await using server = await startModelServer();
    server.respond(refusesWhile(hasImage, reset, answers('Words alone.')));
    expect((await ask(modelAt(server.url, api), { request: seen })).end).toMatchObject({ unseenImages: 1 });
  });

  it('and several other things refused at once are all done without', async () => {
    await using server = await startModelServer();
    const noStream = says(400, 'stream is not supported');
    const noSystem = says(400, 'System role not supported');
    server.respond(
      refusesWhile(
        hasImage,
        fails(400),
        refusesWhile(isStreamed, noStream, refusesWhile(hasSystem, noSystem, answersWhole('Plain.'))),
      ),
    );
    expect((await ask(modelAt(server.url, api), { request: seen })).text).toBe('Plain.');
    expect(server.requests).toHaveLength(4);
  });
});

describe.each(APIS)('%s: a request larger than the allowance', (api) => {
  const tooLarge = fails(429, {
    message: 'Request too large for x on tokens per min (TPM): Limit 30000, Requested 45000.',
    code: 'rate_limit_exceeded',
  });

  it('is made shorter, not tried again as it is', async () => {
    await using server = await startModelServer();
    const isLong = ({ body }: { body: Record<string, unknown> }) => JSON.stringify(body).includes('One');
    server.respond(refusesWhile(isLong, tooLarge, answers('Shorter.')));
    const request = requestOf('One', { role: 'assistant', text: 'Two' }, 'Three');
    expect(await ask(modelAt(server.url, api), { request })).toMatchObject({
      text: 'Shorter.',
      statuses: [],
    });
    expect(server.requests).toHaveLength(2);
  });

  it('is said to be one where there is nothing to leave out', async () => {
    await using server = await startModelServer();
    server.respond(tooLarge);
    expect((await ask(modelAt(server.url, api))).end.failure).toEqual({ kind: 'allowance', status: 429 });
    expect(server.requests).toHaveLength(1);
  });

  it('may have to be made shorter twice', async () => {
    await using server = await startModelServer();
    server.respond(readsAtMost(1, answers('Short.')));
    const turns = Array.from({ length: 4 }, (_, index) => [
      `Question ${index}`,
      { role: 'assistant' as const, text: `Answer ${index}` },
    ]).flat();
    expect((await ask(modelAt(server.url, api), { request: requestOf(...turns, 'Last?') })).text).toBe(
      'Short.',
    );
  });
});
