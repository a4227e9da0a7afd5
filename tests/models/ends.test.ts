/** Ends of answers, in all forms that servers send. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answersWhole,
  chatChunk,
  comment,
  done,
  event,
  finish,
  line,
  pause,
  repliesJson,
  reset,
  stall,
  startModelServer,
  streams,
  streamsAs,
  text,
} from '../../lab/counterparts/model-server.ts';
import { APIS, ask, modelAt } from './ask.ts';

async function answerOf(behaviour: Behaviour, api: 'chat' | 'responses' = 'chat') {
  await using server = await startModelServer();
  server.respond(behaviour);
  return await ask(modelAt(server.url, api));
}

const whole = (said: string) => ({ text: said, end: { type: 'end', end: 'stop' } });

describe.concurrent('an end is an end only when nothing follows', () => {
  it('where each of twelve chunks 400 ms apart has a finish reason', async () => {
    const words = Array.from({ length: 12 }, (_, index) => `w${index} `);
    const steps = words.flatMap((word) => [event(chatChunk({ content: word }, 'stop')), pause(400)]);
    expect(await answerOf(streams(...steps, done))).toMatchObject(whole(words.join('')));
  });

  it('where text comes long behind a finish reason of its own, and the stream breaks then', async () => {
    const steps = [text('One'), finish(), pause(300), text(', two'), pause(50), reset];
    expect(await answerOf(streams(...steps))).toMatchObject({
      text: 'One, two',
      end: { end: 'interrupted', failure: { kind: 'cut' } },
    });
  });

  it('where only the reasoning has one', async () => {
    const thought = event(chatChunk({ reasoning_content: 'hm ' }, 'stop'));
    const steps = [thought, thought, pause(50), text('Hello'), text('.')];
    expect(await answerOf(streams(...steps, finish(), done))).toMatchObject({
      ...whole('Hello.'),
      thought: 'hm hm ',
    });
  });

  it('where the first chunk has one, and more comes long behind it (Open WebUI)', async () => {
    const steps = [
      event(chatChunk({ role: 'assistant', content: '' }, 'stop')),
      pause(2_500),
      text('Hello.'),
    ];
    expect(await answerOf(streams(...steps, finish('length'), done))).toMatchObject({
      text: 'Hello.',
      end: { end: 'length' },
    });
    expect(await answerOf(streams(...steps, text('More')))).toMatchObject({
      end: { failure: { kind: 'cut' } },
    });
  });

  it.each(['null', '', 'None', ' NULL ', 'undefined', false, 0, {}])(
    'and a filler is none: %j',
    async (filler) => {
      const chunk = event({ choices: [{ delta: { content: 'Half' }, finish_reason: filler }] });
      expect(await answerOf(streams(chunk))).toMatchObject({ end: { failure: { kind: 'cut' } } });
      expect(await answerOf(streams(chunk, text(' more'), finish('length'), done))).toMatchObject({
        text: 'Half more',
        end: { end: 'length' },
      });
    },
  );

  it('of a server that repeats the whole message behind its deltas', async () => {
    const repeated = event({ choices: [{ message: { content: 'All.' }, finish_reason: 'stop' }] });
    expect(await answerOf(streams(text('All'), text('.'), repeated, done))).toMatchObject(whole('All.'));
  });

  it('and comments behind it do not put it off', async () => {
    const forever = Array.from({ length: 60 }, () => [pause(100), comment]).flat();
    const begun = performance.now();
    expect(await answerOf(streams(text('All.'), finish(), ...forever, stall))).toMatchObject(whole('All.'));
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('and neither does an end that is said again and again', async () => {
    const forever = Array.from({ length: 60 }, () => [pause(200), finish()]).flat();
    const begun = performance.now();
    expect(await answerOf(streams(text('All.'), ...forever, stall))).toMatchObject(whole('All.'));
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('where each chunk has a finish reason, and eight seconds pass between two', async () => {
    const [one, two] = ['One', ', two'].map((content) => event(chatChunk({ content }, 'stop')));
    if (!one || !two) throw new Error('no steps');
    expect(await answerOf(streams(one, pause(8_000), two, done))).toMatchObject(whole('One, two'));
  });

  it('where text comes three seconds behind a finish reason that stands alone', async () => {
    const steps = [text('One'), finish(), pause(3_000), text(', two'), finish(), done];
    expect(await answerOf(streams(...steps))).toMatchObject(whole('One, two'));
  });

  it('where a server calls a tool of its own, long before the answer (ChatMock)', async () => {
    const steps = [text('Let me look. '), finish('tool_calls'), pause(5_500)];
    expect(await answerOf(streams(...steps, text('42.'), finish(), done))).toMatchObject(
      whole('Let me look. 42.'),
    );
    expect(await answerOf(streams(text('All.'), finish('tool_calls')))).toMatchObject(whole('All.'));
    expect(await answerOf(streams(text('Half'), finish('tool_calls'), pause(50), reset))).toMatchObject({
      end: { failure: { kind: 'cut' } },
    });
  });
});

describe('an end in a server’s own words', () => {
  it.each(['MAX_TOKENS', 'max_output_tokens', 'model_length'])(
    'is that of a cut answer: %s',
    async (reason) => {
      expect((await answerOf(streams(text('Half'), finish(reason), done))).end.end).toBe('length');
    },
  );

  it.each(['SAFETY', 'content_filter: RECITATION', 'PROHIBITED_CONTENT', 'sensitive', 'refusal'])(
    'is that of a refusal: %s',
    async (reason) => {
      expect((await answerOf(streams(finish(reason), done))).end.end).toBe('refused');
    },
  );

  it.each(['abort', 'network_error', 'insufficient_system_resource'])('is a failure: %s', async (reason) => {
    expect(await answerOf(streams(text('Half'), finish(reason), done))).toMatchObject({
      end: { end: 'interrupted', failure: { kind: 'server' } },
    });
  });
});

describe.each(APIS)('%s: [DONE]', (api) => {
  it('ends an answer without a finish reason', async () => {
    expect(await answerOf(streams(text('All.'), line('data: [DONE]')), api)).toMatchObject(whole('All.'));
    expect(await answerOf(streams(text('All.'), line('data:[DONE] '), stall), api)).toMatchObject(
      whole('All.'),
    );
  });

  it('without text is an answer without text', async () => {
    expect((await answerOf(streams(line('data: [DONE]')), api)).end.failure).toEqual({ kind: 'empty' });
  });
});

describe.each(APIS)('%s: an answer in one piece', (api) => {
  it('is an answer, with its thoughts and its usage', async () => {
    expect(await answerOf(answersWhole('All.', 'plotting'), api)).toMatchObject({
      text: 'All.',
      thought: 'plotting',
      end: { end: 'stop', usage: { input: 7, output: 2 } },
    });
  });

  it('may come labelled as a stream, or not labelled', async () => {
    for (const type of ['text/event-stream', 'text/plain', '']) {
      const relabelled: Behaviour = (exchange) => {
        const writeHead = exchange.response.writeHead.bind(exchange.response);
        exchange.response.writeHead = ((status: number) =>
          writeHead(status, { 'content-type': type })) as typeof writeHead;
        return answersWhole('All.')(exchange);
      };
      expect(await answerOf(relabelled, api)).toMatchObject({ text: 'All.', end: { end: 'stop' } });
    }
  });

  it('may come behind empty lines that keep the connection alive (DeepSeek)', async () => {
    const json: Behaviour = (exchange) =>
      new Promise((resolve) => {
        const body = { choices: [{ message: { content: 'All.' } }], output: [textOf('All.')] };
        exchange.response.write(JSON.stringify(body), () => resolve());
      });
    const steps = [line(''), pause(10), line(''), json];
    const answer = await answerOf(streamsAs({ 'content-type': 'application/json' }, ...steps), api);
    expect(answer).toMatchObject(whole('All.'));
  });
});

const textOf = (said: string) => ({ type: 'message', content: [{ type: 'output_text', text: said }] });

describe('chat: one JSON body', () => {
  it('whose text is a list of parts, or that of an older API', async () => {
    const parts = [{ type: 'text', text: 'All' }, { text: '.' }];
    const choices = [{ message: { content: parts }, finish_reason: 'length' }];
    expect(await answerOf(repliesJson(200, { choices }))).toMatchObject({
      text: 'All.',
      end: { end: 'length' },
    });
    expect(await answerOf(repliesJson(200, { choices: [{ text: 'All.' }] }))).toMatchObject(whole('All.'));
  });

  it('a line is a stream without its frame', async () => {
    const lines = ['One', ', two'].map((content) => JSON.stringify(chatChunk({ content })));
    const steps = lines.map((one) => line(one));
    expect(await answerOf(streamsAs({ 'content-type': 'application/x-ndjson' }, ...steps))).toMatchObject(
      whole('One, two'),
    );
  });
});

describe('an event stream in another dress', () => {
  it.each([
    ['text/plain'],
    ['application/json'],
    ['application/octet-stream'],
    ['text/html; charset=utf-8'],
    ['TEXT/EVENT-STREAM'],
  ])('labelled %s', async (type) => {
    for (const api of APIS) {
      const steps = [comment, text('One'), text(', two'), finish(), done];
      const answer = await answerOf(streamsAs({ 'content-type': type }, ...steps), api);
      expect(answer).toMatchObject(whole('One, two'));
    }
  });

  it.each([
    ['a missing space', (json: string) => `data:${json}`],
    ['lines that end as on Windows', (json: string) => `data: ${json}\r`],
    ['a byte order mark', (json: string) => `\ufeffdata: ${json}`],
    ['an id and an empty line before it', (json: string) => `\n\nid: 1\ndata: ${json}`],
    ['a heartbeat with a name', (json: string) => `event: ping\ndata: 12:00\n\ndata:\n\ndata: ${json}`],
  ])('%s', async (_, dressed) => {
    const chunk = line(dressed(JSON.stringify(chatChunk({ content: 'All.' }))));
    expect(await answerOf(streams(chunk, finish(), done))).toMatchObject(whole('All.'));
  });
});
