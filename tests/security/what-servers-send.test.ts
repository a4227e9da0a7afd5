/** A model server that sends more than there is memory for, or what is no answer at all, to the real program. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour, Exchange } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  done,
  event,
  finish,
  type ModelServer,
  repliesJson,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { createDiscordRest } from '../../src/adapters/discord/rest/rest.ts';
import { ModelError, UNMETERED } from '../../src/core/models/model.ts';
import { transcriberAt } from '../../src/core/models/transcribe.ts';
import { BodyTooLarge } from '../../src/core/network/bounded-fetch.ts';
import { type Program, startProgram } from '../adapters/web/program.ts';
import { type Browser, browserOf } from '../harness/web.ts';
import { bombOf, CODINGS, type Coding } from './bombs.ts';

/** Memory by which the process may grow, MB: some buffers, and garbage that is not collected yet. */
const MOST_GROWTH_MB = 150;
const METRICS_TOKEN = 'for-prometheus-0123456789';

let model: ModelServer;
let program: Program;
let browser: Browser;

beforeAll(async () => {
  model = await startModelServer();
  program = await startProgram(model, {
    OPENAI_API_KEY: 'sk-canary-0123456789',
    LOG_LEVEL: 'info',
    METRICS_TOKEN,
    PERSON_PER_MINUTE: '1000',
  });
  browser = browserOf(program.url);
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await model.stop();
});

/** The most memory that the process has ever had, MB. */
function peakOf(pid: number): number {
  const [, kilobytes = ''] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

async function growthDuring(task: () => Promise<void>): Promise<number> {
  const before = peakOf(program.pid());
  await task();
  return peakOf(program.pid()) - before;
}

async function ask(question = 'Hello?') {
  const conversation = await browser.newConversation();
  const turn = await browser.send(conversation, question);
  return await browser.follow(conversation, turn.id);
}

const sends =
  (status: number, type: string, coding: string, body: Buffer): Behaviour =>
  ({ response }) => {
    response.on('error', () => {});
    response.writeHead(status, { 'content-type': type, 'content-encoding': coding }).end(body);
  };

/** Sends the same part again and again for as long as somebody reads. */
const sendsWithoutEnd =
  (status: number, type: string, start: string, part: string | (() => string)): Behaviour =>
  async ({ request, response }: Exchange) => {
    response.on('error', () => {});
    response.writeHead(status, { 'content-type': type });
    response.write(start);
    while (!response.destroyed) {
      const isFull = !response.write(typeof part === 'string' ? part : part());
      await (isFull ? Promise.race([once(response, 'drain'), request.closed]) : pause());
    }
  };

const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('a body that unpacks to gigabytes takes no memory', () => {
  describe.each(CODINGS)('%s', (coding: Coding) => {
    it('as a refusal', async () => {
      model.respond(sends(400, 'application/json', coding, await bombOf(coding, '{"error":{"message":"')));
      const growth = await growthDuring(async () => {
        expect(await ask()).toMatchObject({ end: 'error', notice: expect.stringContaining('127.0.0.1') });
      });
      expect(growth).toBeLessThan(MOST_GROWTH_MB);
    });

    it('as an answer', async () => {
      const start =
        'data: {"choices":[{"delta":{"content":"Begin."}}]}\n\ndata: {"choices":[{"delta":{"content":"';
      model.respond(sends(200, 'text/event-stream', coding, await bombOf(coding, start)));
      const growth = await growthDuring(async () => {
        expect(await ask()).toMatchObject({
          text: 'Begin.',
          end: 'interrupted',
          notice: expect.stringContaining('sent more than Parley can take'),
        });
      });
      expect(growth).toBeLessThan(MOST_GROWTH_MB);
    });

    it('as a list of models', async () => {
      const list = await bombOf(coding, '{"data":[{"id":"');
      model.respondToList(sends(200, 'application/json', coding, list));
      const growth = await growthDuring(async () => {
        const response = await browser.fetch('/api/models');
        expect([response.status, await response.json()]).toMatchObject([
          502,
          { error: { code: 'too-large' } },
        ]);
      });
      expect(growth).toBeLessThan(MOST_GROWTH_MB);
    });
  });

  it('and Parley answers the next message', async () => {
    model.respond(answers('Still here.'));
    expect(await ask()).toMatchObject({ text: 'Still here.', end: 'stop' });
  });
});

describe.runIf(isLinux)('a body without an end takes no memory', () => {
  it.each<[string, number, string, string, string | (() => string), Record<string, unknown>]>([
    ['a refusal', 500, 'text/plain', 'No: ', 'o'.repeat(65_536), { end: 'error' }],
    ['a line of a stream', 200, 'text/event-stream', 'data: {"', 'a'.repeat(65_536), { end: 'error' }],
    ['an event of many lines', 200, 'text/event-stream', '', 'data: a\n'.repeat(8_192), { end: 'error' }],
    ['a stream of comments', 200, 'text/event-stream', '', ': hm\n\n'.repeat(10_000), { end: 'error' }],
    ['an answer in one piece', 200, 'application/json', '{"a":"', 'a'.repeat(65_536), { end: 'error' }],
    [
      'a thought',
      200,
      'text/event-stream',
      '',
      () =>
        `data: {"choices":[{"delta":{"reasoning":"${randomBytes(3_000).toString('hex')}"}}]}\n\n`.repeat(8),
      { end: 'error' },
    ],
  ])('as %s', async (_, status, type, start, part, wanted) => {
    model.respond(sendsWithoutEnd(status, type, start, part));
    const growth = await growthDuring(async () => expect(await ask()).toMatchObject(wanted));
    expect(growth).toBeLessThan(MOST_GROWTH_MB);
    expect(await model.requests.at(-1)?.closed).toBe('gone');
  });
});

describe('what a server counts', () => {
  it.each<[string, unknown]>([
    ['not a number', { prompt_tokens: 'many', completion_tokens: 1 }],
    ['a number as text', { prompt_tokens: '7', completion_tokens: '1' }],
    ['negative', { prompt_tokens: -7, completion_tokens: 1 }],
    ['beyond all numbers', { prompt_tokens: 1e308, completion_tokens: 1e308 }],
    ['a number with a billion in it', { prompt_tokens: 7, completion_tokens: 4e9 }],
    ['nested', { prompt_tokens: { valueOf: 1 }, completion_tokens: [[1]] }],
    [
      'nested in its details',
      { prompt_tokens: 7, completion_tokens: 1, prompt_tokens_details: { cached_tokens: {} } },
    ],
    ['nothing', {}],
    ['no object', 'lots'],
  ])('%s: is unknown, and the metrics go on', async (_, usage) => {
    model.respond(streams(text('Counted.'), event({ choices: [], usage }), finish(), done));
    const before = await metrics();
    expect(await ask()).toMatchObject({ text: 'Counted.', end: 'stop' });
    const after = await metrics();
    expect(after).toContain('parley_turns_total{end="stop",failure=""}');
    const tokens = (all: string) => all.split('\n').filter((line) => line.startsWith('parley_tokens_total'));
    expect(tokens(after)).toEqual(tokens(before));
    expect(turnsIn(program.output()).at(-1)).not.toHaveProperty('usage');
  });

  it('is counted where it is a number of tokens', async () => {
    model.respond(
      streams(text('Counted.'), finish('stop', { prompt_tokens: 7, completion_tokens: 2.0 }), done),
    );
    await ask();
    expect(turnsIn(program.output()).at(-1)).toHaveProperty('usage', {
      input: 7,
      cached: 0,
      output: 2,
      reasoning: 0,
    });
    expect(await metrics()).toContain('parley_tokens_total{kind="input"} 7\n');
  });
});

describe('a list of models', () => {
  const idsOf = async (page: unknown) => {
    model.respondToList(repliesJson(200, page));
    return (await browser.get<{ models: string[] }>('/api/models')).models;
  };

  it('has ids that can be chosen, and no others', async () => {
    const page = [
      { id: 'good' },
      { id: 'a'.repeat(201) },
      { id: 'b'.repeat(200) },
      { id: 'bell\u0007' },
      { id: 'two\nlines' },
      { id: 'tab\there' },
      { id: 'turned \u202efdp.exe' },
      { id: 'zero\u200bwidth' },
      { id: 'half \ud800' },
      { id: {} },
    ];
    expect(await idsOf({ data: page })).toEqual(['b'.repeat(200), 'good']);
  });

  it('has 5,000 ids at most', async () => {
    expect(await idsOf(Array.from({ length: 20_000 }, (_, index) => ({ id: `m${index}` })))).toHaveLength(
      5_000,
    );
  });
});

describe('a refusal that is odd in itself', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  it.each<[string, string]>([
    ['nested deeply', `{"error":${deep}}`],
    ['with a place that is nested deeply', `{"detail":[{"loc":["body",${deep}],"msg":"no"}]}`],
    ['with a wait that is no number', '{"error":"busy","estimated_time":{"toString":1,"valueOf":1}}'],
    ['with a wait for ever', '{"error":{"message":"busy","retry_after":1e308}}'],
  ])('%s: is said to be one', async (_, body) => {
    model.respond(
      ({ response }) => void response.writeHead(422, { 'content-type': 'application/json' }).end(body),
    );
    const { end, notice } = await ask();
    expect(end).toBe('error');
    expect(notice).toContain('127.0.0.1');
    expect(notice).not.toMatch(/Infinity|mistake/);
  });
});

describe('a status line', () => {
  /** Bytes that no HTTP server of Node's would write. */
  const answersRaw =
    (head: string, body: string): Behaviour =>
    ({ response }) => {
      const rest = ['connection: close', `content-length: ${Buffer.byteLength(body)}`, '', body];
      response.socket?.end([head, ...rest].join('\r\n'));
    };
  const chunk = { choices: [{ delta: { content: 'Fine.' }, finish_reason: 'stop' }] };

  it('in another language is a status line', async () => {
    model.respond(answersRaw('HTTP/1.1 200 Хорошо', JSON.stringify(chunk)));
    expect(await ask()).toMatchObject({ text: 'Fine.', end: 'stop' });
    model.respond(answersRaw('HTTP/1.1 402 Платите', '{}'));
    expect(await ask()).toMatchObject({ end: 'error', notice: expect.stringContaining('no credit left') });
  });
});

describe('a transcription', () => {
  const hear = (url: string) =>
    transcriberAt({ baseUrl: url }, 'scribe').transcribe(
      { type: 'audio/ogg', bytes: Buffer.from('OggS') },
      UNMETERED,
      new AbortController().signal,
    );

  it.each(CODINGS)('that unpacks to gigabytes of %s is given up', async (coding) => {
    model.respond(sends(200, 'application/json', coding, await bombOf(coding, '{"text":"')));
    await expect(hear(model.url)).rejects.toEqual(new ModelError({ kind: 'too-large' }));
    await expect(hear(model.url)).rejects.toMatchObject({ failure: { kind: 'too-large' } });
  });
});

describe('a Discord', () => {
  it('that sends without end is given up', async () => {
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const server = createServer(async (_, response) => {
      response.on('close', closed.resolve).writeHead(200, { 'content-type': 'application/json' });
      for (const part = Buffer.alloc(2 ** 20, ' '); !response.destroyed; sent += part.length) {
        if (!response.write(part)) await Promise.race([once(response, 'drain'), closed.promise]);
      }
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const rest = createDiscordRest({
      token: 'token',
      apiUrl: `http://127.0.0.1:${port}/api`,
      learn: () => {},
      token401: { refused: () => {}, isRefused: () => false },
    });
    await expect(rest.get('/gateway/bot')).rejects.toThrow(BodyTooLarge);
    await closed.promise;
    expect(sent).toBeLessThan(2 ** 26);
    server.close();
  });
});

it('asks for bodies that are not compressed', () => {
  const all = [...model.requests, ...model.listRequests].map(({ headers }) => headers['accept-encoding']);
  expect(new Set(all)).toEqual(new Set(['identity']));
});

async function metrics(): Promise<string> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  return await (await fetch(`${program.url}/metrics`, { headers })).text();
}

function turnsIn(output: string): unknown[] {
  return output
    .split('\n')
    .filter((line) => line.includes('"msg":"turn"'))
    .map((line) => JSON.parse(line));
}
