/** Earlier calls in a request, and parts of them that only some servers want. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answers, event, startModelServer, streams } from '../../../lab/counterparts/model-server.ts';
import type { ModelMessage } from '../../../src/core/models/model.ts';
import { APIS, ask, modelAt } from '../ask.ts';
import { begin, chunk, ends, pieces } from '../streams-of-tools/tool-stream.ts';
import { callsOf, offer, withTools } from './ask-tools.ts';

const TOOLS = offer(['web_search']);
const CALL = { id: 'call_a', name: 'web_search', arguments: '{"query":"moon"}', output: 'A rock.' };
const called = (rest: Partial<ModelMessage> = {}): ModelMessage => ({
  role: 'assistant',
  text: '',
  calls: [CALL],
  ...rest,
});

type Message = {
  role?: string;
  content?: unknown;
  tool_calls?: Record<string, unknown>[];
  tool_call_id?: string;
};

async function sentWith(
  messages: (string | ModelMessage)[],
  options: { api?: 'chat' | 'responses'; model?: string } = {},
) {
  await using server = await startModelServer();
  const { api = 'chat', model = 'test-model' } = options;
  await ask(modelAt(server.url, api, { model }), { request: withTools(TOOLS, ...messages) });
  const { body } = server.requests.at(-1) ?? {};
  return (body?.messages ?? body?.input) as Message[];
}

describe.concurrent('Chat Completions', () => {
  it('give Mistral ids of nine letters and digits, the same to a call and its result', async () => {
    for (const model of ['mistral-large-latest', 'codestral-latest']) {
      const messages = await sentWith(
        ['Hello?', called(), { role: 'assistant', text: 'A rock.' }, 'Thanks.'],
        { model },
      );
      const [id] = (messages.find(({ tool_calls: calls }) => calls)?.tool_calls ?? []).map((call) =>
        String(call.id),
      );
      expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
      expect(messages.find(({ role }) => role === 'tool')?.tool_call_id).toBe(id);
    }
  });

  it('keep ids that every server takes, and shorten longer ones', async () => {
    const long = `chatcmpl-tool-${'a'.repeat(32)}`;
    const calls = ['call_a', 'functions.web_search:0', long].map((id) => ({ ...CALL, id }));
    const messages = await sentWith(['Hello?', called({ calls })]);
    const ids = messages.filter(({ role }) => role === 'tool').map(({ tool_call_id: id = '' }) => id);
    expect(ids.slice(0, 2)).toEqual(['call_a', 'functions.web_search:0']);
    expect(ids[2]?.length).toBeLessThan(41);
  });

  it('send broken arguments as none, since chat templates parse them', async () => {
    const messages = await sentWith(['Hello?', called({ calls: [{ ...CALL, arguments: '{"query":' }] })]);
    expect(JSON.stringify(messages)).toContain('"arguments":"{}"');
  });

  it('tell a result as words where a person’s message follows it at once', async () => {
    const messages = await sentWith(['Hello?', called({ text: 'Let me look.' }), 'Never mind.']);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages.at(-1)?.content).toContain('A rock.');
  });

  it('give a signature back in every turn, and reasoning in its own turn alone', async () => {
    await using server = await startModelServer();
    const signature = { google: { thought_signature: 'Eo4GCosG' } };
    server.respond(
      streams(
        event(chunk({ reasoning_content: 'Search.' })),
        event(pieces(begin(0, 'call_a', 'web_search', '{"query":"moon"}', { extra_content: signature }))),
        event(ends()),
      ),
      answers('A rock.'),
    );
    const model = modelAt(server.url, 'chat');
    const { chunks, end } = await ask(model, { request: withTools(TOOLS) });
    const { sent } = end;
    const [call] = callsOf(chunks);
    if (!call || !sent) throw new Error('no call');
    const round = called({ calls: [{ ...call, output: 'A rock.' }], sent });
    await ask(model, { request: withTools(TOOLS, 'Hello?', round) });
    await ask(model, {
      request: withTools(TOOLS, 'Hello?', round, { role: 'assistant', text: 'A rock.' }, 'Thanks.'),
    });
    const [now, later] = server.requests.slice(1).map(({ sent: body }) => body);
    for (const body of [now, later]) expect(body).toContain('Eo4GCosG');
    expect(now).toContain('"reasoning_content":"Search."');
    expect(later).not.toContain('reasoning_content');
  });

  it('leave out what a server does not know of its own message', async () => {
    await using server = await startModelServer();
    server.respond(({ request, response }) => {
      const isOdd = request.sent.includes('reasoning_content');
      const body = isOdd
        ? { error: { message: "property 'reasoning_content' is unsupported", param: null } }
        : { choices: [{ index: 0, message: { content: 'A rock.' }, finish_reason: 'stop' }] };
      response.writeHead(isOdd ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const by = createHash('sha256').update(`${server.url} test-model`).digest('base64url').slice(0, 16);
    const sent = {
      api: 'chat' as const,
      by,
      items: [{ reasoning_content: 'Search.', tool_calls: [{ id: 'call_a' }] }],
    };
    const { text } = await ask(modelAt(server.url, 'chat'), {
      request: withTools(TOOLS, 'Hello?', called({ sent })),
    });
    expect(text).toBe('A rock.');
    expect(server.requests.at(-1)?.body.tools).toBeDefined();
  });
});

describe.concurrent.each(APIS)('a message of a person (%s)', (api) => {
  it('ends with its time, also where it has a picture', async () => {
    const time = '[Monday, 30 November 2026, 14:05]';
    const images = [{ name: 'a.png', type: 'image/png', base64: 'iVBORw0KGgo=' }];
    const messages = await sentWith(
      [
        { role: 'user', text: 'Hello?', time },
        { role: 'assistant', text: 'Hi.' },
        { role: 'user', text: '', time, images },
      ],
      { api },
    );
    const users = messages.filter(({ role }) => role === 'user');
    expect(users[0]?.content).toBe(`Hello?\n${time}`);
    expect(JSON.stringify(users[1]?.content)).toContain(time);
  });

  it('stays with the calls that answer it where a history is too long', async () => {
    await using server = await startModelServer();
    server.respond(({ request, response }) => {
      const isLong = request.sent.includes('Old.');
      const body = isLong
        ? { error: { code: 'context_length_exceeded', message: 'too long' } }
        : api === 'chat'
          ? { choices: [{ index: 0, message: { content: 'A rock.' }, finish_reason: 'stop' }] }
          : {
              object: 'response',
              status: 'completed',
              output: [{ type: 'message', content: [{ type: 'output_text', text: 'A rock.' }] }],
            };
      response
        .writeHead(isLong ? 400 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
    const history = [
      'Old.',
      { role: 'assistant' as const, text: 'Old.' },
      'The moon?',
      called(),
      called({ calls: [{ ...CALL, id: 'call_b' }] }),
      called({ calls: [{ ...CALL, id: 'call_c' }] }),
    ];
    const { text } = await ask(modelAt(server.url, api), { request: withTools(TOOLS, ...history) });
    expect(text).toBe('A rock.');
    expect(server.requests.at(-1)?.sent).toContain('The moon?');
  });
});
