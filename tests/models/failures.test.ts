import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  after,
  answers,
  CANARY,
  comment,
  done,
  event,
  fails,
  finish,
  line,
  readsAtMost,
  redirects,
  replies,
  repliesJson,
  reset,
  sentMessages,
  stall,
  startModelServer,
  streams,
  streamsAs,
  text,
} from '../../lab/counterparts/model-server.ts';
import type { Choice } from '../../src/core/models/catalog/choose.ts';
import type { FailureKind } from '../../src/core/models/model.ts';
import { failures } from '../../src/core/sentences/en/failures.ts';
import { failureNotice } from '../../src/core/sentences/failure-notice.ts';
import type { End } from '../../src/core/types.ts';
import { type Answer, APIS, ask, gate, KEY, modelAt, requestOf, toldIn } from './ask.ts';

/** So that attempts follow each other at once. */
const AT_ONCE = { 'retry-after-ms': '1' };

interface Case {
  name: string;
  does: [Behaviour, ...Behaviour[]];
  kind: FailureKind;
  end?: End;
  said?: string;
  /** 1 where asking again is no use. */
  requests?: number;
}

const CASES: Case[] = [
  { name: 'a key that is not accepted', does: [fails(401, { code: 'invalid_api_key' })], kind: 'key' },
  { name: 'a 401 without a body', does: [replies(401, 'text/plain', CANARY)], kind: 'key' },
  { name: 'a key that may not', does: [fails(403)], kind: 'forbidden' },
  { name: 'a model that is not there', does: [fails(404, { code: 'model_not_found' })], kind: 'not-found' },
  { name: 'a path that is not there', does: [replies(404, 'text/html', CANARY)], kind: 'not-found' },
  { name: 'no credit, as OpenRouter says it', does: [fails(402, { code: 402 })], kind: 'quota' },
  ...[
    'insufficient_quota',
    'credit_balance_exhausted',
    'organization_spend_limit_exceeded',
    'project_spend_limit_exceeded',
    'organization_usage_limit_exceeded',
  ].map(
    (code): Case => ({
      name: `no credit, code ${code}`,
      does: [fails(429, { code }, AT_ONCE)],
      kind: 'quota',
    }),
  ),
  {
    name: 'no credit, by type alone',
    does: [fails(429, { type: 'insufficient_quota', code: null }, AT_ONCE)],
    kind: 'quota',
  },
  {
    name: 'too many requests, again and again',
    does: [fails(429, { code: 'rate_limit_exceeded' }, AT_ONCE)],
    kind: 'rate',
    requests: 3,
  },
  {
    name: 'too many requests for longer than anyone waits',
    does: [fails(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '3600' })],
    kind: 'rate',
  },
  {
    name: 'failures of the provider, again and again',
    does: [fails(500, { type: 'server_error' }, AT_ONCE)],
    kind: 'server',
    requests: 3,
  },
  {
    name: 'a proxy without its server',
    does: [replies(502, 'text/html', `<h1>${CANARY}</h1>`, AT_ONCE)],
    kind: 'server',
    requests: 3,
  },
  {
    name: 'an overloaded provider',
    does: [fails(503, { code: 'server_is_overloaded' }, AT_ONCE)],
    kind: 'server',
    requests: 3,
  },
  {
    name: 'one message that is too long by itself',
    does: [fails(400, { code: 'context_length_exceeded' })],
    kind: 'context',
  },
  {
    name: "llama.cpp's full context",
    does: [fails(400, { code: 400, type: 'exceed_context_size_error', n_ctx: 4096 })],
    kind: 'context',
  },
  {
    name: "vLLM's full context",
    does: [
      repliesJson(400, {
        object: 'error',
        message: `This model's maximum context length is 4096 tokens. ${CANARY}`,
        type: 'BadRequestError',
        code: 400,
      }),
    ],
    kind: 'context',
  },
  { name: 'a body too large for a proxy', does: [replies(413, 'text/html', CANARY)], kind: 'context' },
  {
    name: 'content against the rules',
    does: [fails(400, { code: 'content_policy_violation' })],
    kind: 'refused',
    end: 'refused',
  },
  {
    name: "content against Azure's filter",
    does: [fails(400, { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } })],
    kind: 'refused',
    end: 'refused',
  },
  {
    name: 'an invalid prompt',
    does: [fails(400, { code: 'invalid_prompt' })],
    kind: 'refused',
    end: 'refused',
  },
  {
    name: 'a parameter of the core that is not taken',
    does: [fails(400, { code: 'unsupported_parameter', param: 'model' })],
    kind: 'request',
  },
  { name: 'a request that is not taken', does: [fails(422)], kind: 'request' },
  {
    name: 'a web page with 200',
    does: [replies(200, 'text/html; charset=utf-8', `<h1>${CANARY}</h1>`)],
    kind: 'not-an-api',
  },
  {
    name: 'broken JSON with 200',
    does: [replies(200, 'application/json', `{"${CANARY}`)],
    kind: 'not-an-api',
  },
  {
    name: 'an error as JSON with 200',
    does: [repliesJson(200, { error: { message: CANARY, code: 'insufficient_quota' } })],
    kind: 'quota',
  },
  {
    name: 'an error as a string with 200',
    does: [repliesJson(200, { error: `context size exceeded ${CANARY}` })],
    kind: 'context',
  },
  { name: 'an answer without text', does: [streams(finish(), done)], kind: 'empty' },
  { name: 'an answer of white space', does: [answers(' ', '\n')], kind: 'empty' },
  { name: 'an answer cut before its first word', does: [streams(finish('length'), done)], kind: 'spent' },
  { name: 'nothing but reasoning', does: [answers('<think>hmm</think>\n')], kind: 'empty' },
  { name: 'an empty event stream', does: [streams()], kind: 'cut' },
  { name: 'a stream of comments alone', does: [streams(comment, comment)], kind: 'cut' },
  {
    name: 'a stream that ends without saying so',
    does: [streams(text('Half an '), text('answer'))],
    kind: 'cut',
    end: 'interrupted',
    said: 'Half an answer',
  },
  {
    name: 'a line that is not JSON',
    does: [streams(text('Half'), line(`data: {"${CANARY}": `), text('lost'), finish(), done)],
    kind: 'cut',
    end: 'interrupted',
    said: 'Half',
  },
  {
    name: 'an error before any text',
    does: [streams(event({ error: { message: CANARY, code: 'insufficient_quota' } }))],
    kind: 'quota',
  },
  {
    name: 'an error under the name of an event',
    does: [
      streams(line(`event: error\ndata: ${JSON.stringify({ code: 'invalid_api_key', message: CANARY })}`)),
    ],
    kind: 'key',
  },
  {
    name: 'an error that is within what has the name of an error',
    does: [streams(line(`event: error\ndata: ${JSON.stringify({ error: { code: 'invalid_api_key' } })}`))],
    kind: 'key',
  },
  {
    name: 'an error that says it under another name than `message`',
    does: [streams(event({ error: { detail: `too many tokens ${CANARY}` } }))],
    kind: 'context',
  },
  {
    name: 'an event longer than any that a model sends',
    does: [streams(text('Half'), line(`data: {"${'x'.repeat(5_000_000)}`), finish(), done)],
    kind: 'too-large',
    end: 'interrupted',
    said: 'Half',
  },
  {
    name: 'an error after text',
    does: [streams(text('Half'), event({ error: { message: CANARY, type: 'server_error' } }))],
    kind: 'server',
    end: 'interrupted',
    said: 'Half',
  },
  {
    name: 'an error that is a string, after text',
    does: [streams(text('Half'), event({ error: `the context window is full ${CANARY}` }))],
    kind: 'context',
    end: 'interrupted',
    said: 'Half',
  },
  {
    name: "OpenRouter's numeric code, after text",
    does: [
      streams(text('Half'), event({ error: { code: 429, message: CANARY }, choices: [], object: 'x' }), done),
    ],
    kind: 'rate',
    end: 'interrupted',
    said: 'Half',
  },
  {
    name: 'a refusal by the rules in the middle of a stream',
    does: [streams(text('Half'), event({ error: { code: 'content_filter', message: CANARY } }))],
    kind: 'refused',
    end: 'refused',
    said: 'Half',
  },
];

describe.each(APIS)('%s: what goes wrong is told from each other', (api) => {
  it.concurrent.each(CASES)('$name → $kind', async ({ does, kind, end = 'error', said = '', requests }) => {
    await using server = await startModelServer();
    server.respond(...does);

    const answer = await ask(modelAt(server.url, api));

    expect(answer.end).toMatchObject({ end, failure: { kind } });
    expect(answer.text).toBe(said);
    expect(server.requests).toHaveLength(requests ?? 1);
    expectPlain(answer, server.url);
  });

  it.concurrent('a redirect is not followed', async () => {
    await using elsewhere = await startModelServer();
    await using server = await startModelServer();
    for (const status of [301, 302, 303, 307, 308]) {
      server.respond(redirects(`${elsewhere.url}/chat/completions`, status));
      const answer = await ask(modelAt(server.url, api));
      expect(answer.end.failure).toEqual({ kind: 'not-an-api' });
      expectPlain(answer, server.url);
    }
    expect(server.requests).toHaveLength(5);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it.concurrent('a connection that breaks in the middle keeps what came', async () => {
    await using server = await startModelServer();
    const read = gate();
    server.respond(streams(text('Half an answer'), after(read.opened), reset));
    const answer = await ask(modelAt(server.url, api), { onChunk: () => read.open() });
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'cut' } });
    expect(answer.text).toBe('Half an answer');
    expect(server.requests).toHaveLength(1);
    expectPlain(answer, server.url);
  });

  it.concurrent.each([
    ['text/html', '<p>and on</p>'],
    ['application/json', `"${'x'.repeat(70_000)}`],
  ])('of %s without end no more is read than tells what it is', async (type, content) => {
    await using server = await startModelServer();
    server.respond(streamsAs({ 'content-type': type }, line(content), stall));
    const answer = await ask(modelAt(server.url, api));
    expect(answer.end.failure).toMatchObject({ kind: 'not-an-api' });
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it.concurrent('a server that is not there', async () => {
    const port = await closedPort();
    const answer = await ask(modelAt(`http://127.0.0.1:${port}/v1`, api));
    expect(answer.end).toMatchObject({ end: 'error', failure: { kind: 'unreachable' } });
    expect(answer.statuses).toEqual(['retrying', 'retrying']);
    expectPlain(answer, `http://127.0.0.1:${port}/v1`);
  });

  it.concurrent('a name that does not resolve', async () => {
    const url = 'http://nowhere.invalid/v1';
    const answer = await ask(modelAt(url, api));
    expect(answer.end).toMatchObject({ end: 'error', failure: { kind: 'unreachable' } });
    expectPlain(answer, url);
  });

  it.concurrent('a server that closes the connection without an answer is asked again', async () => {
    await using server = await startModelServer();
    server.respond(({ response }) => void response.destroy(), answers('Here I am.'));
    const answer = await ask(modelAt(server.url, api));
    expect(answer.end).toEqual({ type: 'end', end: 'stop' });
    expect(answer.text).toBe('Here I am.');
    expect(server.requests).toHaveLength(2);
  });

  it.concurrent('an error in the stream, before any text, is asked again when it may pass', async () => {
    await using server = await startModelServer();
    server.respond(streams(event({ error: { code: 503, message: CANARY } })), answers('Here I am.'));
    const answer = await ask(modelAt(server.url, api));
    expect(answer.text).toBe('Here I am.');
    expect(answer.statuses).toEqual(['retrying']);
    expect(server.requests).toHaveLength(2);
  });

  it.concurrent('too many requests, then an answer', async () => {
    await using server = await startModelServer();
    const busy = fails(429, { code: 'rate_limit_exceeded' }, AT_ONCE);
    server.respond(busy, busy, answers('Now.'));
    const answer = await ask(modelAt(server.url, api));
    expect(answer.text).toBe('Now.');
    expect(answer.statuses).toEqual(['retrying', 'retrying']);
    expect(answer.end).toEqual({ type: 'end', end: 'stop' });
    expect(server.requests).toHaveLength(3);
  });

  it.concurrent('nothing is asked again once text has come', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), event({ error: { code: 503 } })), answers('Another answer.'));
    const answer = await ask(modelAt(server.url, api));
    expect(answer.text).toBe('Half');
    expect(server.requests).toHaveLength(1);
  });

  it.concurrent('how long to wait is told to whoever shows it', async () => {
    await using server = await startModelServer();
    server.respond(fails(429, {}, { 'retry-after': '120' }));
    const { end } = await ask(modelAt(server.url, api));
    expect(end.failure).toEqual({ kind: 'rate', status: 429, retryAfterMs: 120_000 });
    expect(end.failure && failureNotice(end.failure, undefined, toldIn('member'))).toContain('in 2 minutes');
  });

  it.concurrent('how long to wait may be told as a date', async () => {
    await using server = await startModelServer();
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    server.respond(fails(503, {}, { 'retry-after': inAnHour }));
    const { end } = await ask(modelAt(server.url, api));
    expect(end.failure?.retryAfterMs).toBeGreaterThan(3_000_000);
    expect(server.requests).toHaveLength(1);
  });

  it.concurrent('a history that is too long is halved', async () => {
    await using server = await startModelServer();
    server.respond(readsAtMost(3, answers('Short enough.')));
    const answer = await ask(modelAt(server.url, api), { request: conversation(5) });
    expect(answer.text).toBe('Short enough.');
    expect(server.requests.map((request) => sentMessages(request).length)).toEqual([5, 1]);
    expect(JSON.stringify(server.requests[1]?.body)).toContain('message 5');
  });

  it.concurrent('the half begins with the person and ends with what was asked', async () => {
    await using server = await startModelServer();
    server.respond(readsAtMost(5, answers('Short enough.')));
    await ask(modelAt(server.url, api), { request: conversation(9) });
    const sent = sentMessages(server.requests[1]);
    expect(sent).toEqual([
      { role: 'user', content: 'message 7' },
      { role: 'assistant', content: 'message 8' },
      { role: 'user', content: 'message 9' },
    ]);
  });

  it.concurrent('a history is halved twice at most', async () => {
    await using server = await startModelServer();
    server.respond(readsAtMost(0, answers('Never.')));
    const answer = await ask(modelAt(server.url, api), { request: conversation(17) });
    expect(answer.end).toMatchObject({ end: 'error', failure: { kind: 'context' } });
    expect(server.requests.map((request) => sentMessages(request).length)).toEqual([17, 7, 3]);
    expectPlain(answer, server.url);
  });
});

describe('responses: failures that only this API has', () => {
  it.each([
    ['rate_limit_exceeded', 'rate'],
    ['insufficient_quota', 'quota'],
    ['invalid_prompt', 'refused'],
    ['server_error', 'server'],
  ])('response.failed with %s after text → %s', async (code, kind) => {
    await using server = await startModelServer();
    const failed = { type: 'response.failed', response: { error: { code, message: CANARY } } };
    server.respond(streams(text('Half'), event(failed)));
    const answer = await ask(modelAt(server.url, 'responses'));
    expect(answer.end.failure?.kind).toBe(kind);
    expect(answer.text).toBe('Half');
    expectPlain(answer, server.url);
  });

  it('response.failed that says nothing is the provider failing', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), event({ type: 'response.failed', response: { error: null } })));
    const answer = await ask(modelAt(server.url, 'responses'));
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'server' } });
  });

  it('an event of type error', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), event({ type: 'error', code: 'slow_down', message: CANARY })));
    const answer = await ask(modelAt(server.url, 'responses'));
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'rate' } });
    expectPlain(answer, server.url);
  });
});

describe('chat: failures that only compatible servers have', () => {
  it("vLLM's error line, which the client takes for a chunk", async () => {
    await using server = await startModelServer();
    server.respond(
      streams(
        text('Half'),
        event({ object: 'error', message: CANARY, code: 500, type: 'InternalServerError' }),
      ),
    );
    const answer = await ask(modelAt(server.url, 'chat'));
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'server', status: 500 } });
    expect(answer.text).toBe('Half');
    expectPlain(answer, server.url);
  });

  it("OpenRouter's finish reason `error`", async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), finish('error'), done));
    const answer = await ask(modelAt(server.url, 'chat'));
    expect(answer.end).toMatchObject({ end: 'interrupted', failure: { kind: 'server' } });
    expect(answer.text).toBe('Half');
  });
});

describe('a parameter that compatible servers would refuse', () => {
  it('is not looked for in a message that only mentions it', async () => {
    await using server = await startModelServer();
    server.respond(fails(400, { message: `no room in the store ${CANARY}` }));
    const answer = await ask(modelAt(server.url, 'chat'));
    expect(answer.end.failure?.kind).toBe('request');
    expect(server.requests).toHaveLength(1);
  });
});

it.each(Object.keys(failures) as FailureKind[])('the sentence for `%s` is plain', (kind) => {
  for (const choice of [undefined, ...choicesAt('https://models.example.org/v1')]) {
    for (const told of READERS) expectSentence(failureNotice({ kind }, choice, told));
  }
});

const READERS = (['operator', 'owner', 'admin', 'member'] as const).map(toldIn);

/** Nothing of what the provider wrote, and not the key, in anything that leaves the model layer. */
function expectPlain(answer: Answer, baseUrl: string): void {
  const { failure } = answer.end;
  if (!failure) throw new Error('no failure');
  expect(JSON.stringify(answer.chunks)).not.toContain(CANARY);
  expect(JSON.stringify(answer.chunks)).not.toContain(KEY);
  for (const choice of [undefined, ...choicesAt(baseUrl)]) {
    for (const told of READERS) expectSentence(failureNotice(failure, choice, told));
  }
}

function expectSentence(notice: string): void {
  expect(notice).not.toContain(CANARY);
  expect(notice).not.toContain(KEY);
  expect(notice).not.toMatch(/undefined|null|NaN|\[object|Error:|[\n{}<>]/);
  expect(notice).toMatch(/^\S.*\.$/);
  expect(notice.length).toBeLessThan(320);
  expect(notice.split(/(?<=\.) (?=[A-Z“])/).length).toBeLessThanOrEqual(2);
}

function choicesAt(baseUrl: string): Choice[] {
  const provider = { baseUrl, key: KEY };
  return [
    { source: 'own', model: 'test-model', provider: { baseUrl } },
    { source: 'operator', model: 'test-model', provider: { baseUrl } },
    { source: 'own', model: 'test-model', provider },
    { source: 'operator', model: 'test-model', provider },
    { source: 'demo', model: 'demo', provider: null },
  ];
}

function conversation(messages: number) {
  return requestOf(
    ...Array.from({ length: messages }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      text: `message ${index + 1}`,
    })),
  );
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 1;
}
