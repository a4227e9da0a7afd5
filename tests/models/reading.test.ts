import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  chatChunk,
  comment,
  done,
  event,
  finish,
  line,
  refusal,
  startModelServer,
  streams,
  streamsAs,
  text,
  thinking,
} from '../../lab/counterparts/model-server.ts';
import { type Answer, APIS, ask, modelAt } from './ask.ts';

async function read(api: Api, ...steps: Behaviour[]): Promise<Answer> {
  await using server = await startModelServer();
  server.respond(streams(...steps));
  return await ask(modelAt(server.url, api));
}

describe.each(APIS)('%s: an answer', (api) => {
  it('comes chunk by chunk, in order', async () => {
    const answer = await read(api, text('One'), text(', two'), text(', three.'), finish(), done);
    expect(answer.chunks).toEqual([
      { type: 'text', text: 'One' },
      { type: 'text', text: ', two' },
      { type: 'text', text: ', three.' },
      { type: 'end', end: 'stop' },
    ]);
  });

  it('whole in one chunk', async () => {
    expect(await read(api, text('All of it.'), finish(), done)).toMatchObject({
      text: 'All of it.',
      end: { end: 'stop' },
    });
  });

  it('with comments between its chunks', async () => {
    const answer = await read(api, comment, text('One'), comment, text(', two'), comment, finish(), done);
    expect(answer).toMatchObject({ text: 'One, two', end: { end: 'stop' } });
  });

  it('without [DONE]', async () => {
    expect(await read(api, text('All.'), finish())).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('without a content type', async () => {
    await using server = await startModelServer();
    server.respond(streamsAs({}, text('All.'), finish(), done));
    const answer = await ask(modelAt(server.url, api));
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('with letters of more than one byte, however the bytes are cut', async () => {
    const answer = await read(api, inSingleBytes(text('Grüße 漢字 👩‍👩‍👧')), finish(), done);
    expect(answer.text).toBe('Grüße 漢字 👩‍👩‍👧');
  });

  it('with lines that end as on Windows', async () => {
    const answer = await read(api, line(': hello\r'), text('All.'), line('\r'), finish(), done);
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('without the white space before its first word', async () => {
    expect((await read(api, text('\n'), text('\n  Hello\n'), text('\nyou'), finish(), done)).text).toBe(
      'Hello\n\nyou',
    );
  });

  it('that a filter ended is refused, with or without text', async () => {
    expect(await read(api, text('I will'), finish('content_filter'), done)).toMatchObject({
      text: 'I will',
      end: { type: 'end', end: 'refused' },
    });
    expect((await read(api, finish('content_filter'), done)).end).toEqual({ type: 'end', end: 'refused' });
  });

  it('that reached its longest says so', async () => {
    expect(await read(api, text('On and on'), finish('length'), done)).toMatchObject({
      text: 'On and on',
      end: { type: 'end', end: 'length' },
    });
  });

  it('that the model refuses shows what it says', async () => {
    expect(await read(api, refusal('I cannot '), refusal('do that.'), finish(), done)).toMatchObject({
      text: 'I cannot do that.',
      end: { type: 'end', end: 'refused' },
    });
  });

  it('after thoughts has them beside it, and says once in a while that there are some', async () => {
    const answer = await read(api, thinking('secretly '), thinking('plotting'), text('Hi.'), finish(), done);
    expect(answer.chunks).toEqual([
      { type: 'thought', text: 'secretly ' },
      { type: 'status', status: 'thinking' },
      { type: 'thought', text: 'plotting' },
      { type: 'text', text: 'Hi.' },
      { type: 'end', end: 'stop' },
    ]);
  });

  it('with its thoughts as text, the tags cut apart', async () => {
    const answer = await read(
      api,
      ...['<th', 'ink>', 'plotting', '</thi', 'nk>\n\nHi', '.'].map(text),
      finish(),
      done,
    );
    expect(answer.text).toBe('Hi.');
    expect(answer.statuses).toContain('thinking');
    expect(answer.end.end).toBe('stop');
  });

  it('whose end looks like a tag is whole', async () => {
    expect((await read(api, text('a <'), text('thi'), finish(), done)).text).toBe('a <thi');
  });

  it('that breaks off keeps also what looked like a tag', async () => {
    const answer = await read(api, text('1 <'));
    expect(answer).toMatchObject({ text: '1 <', end: { end: 'interrupted', failure: { kind: 'cut' } } });
  });

  it('of many chunks is whole', async () => {
    const words = Array.from({ length: 2_000 }, (_, index) => `w${index} `);
    expect((await read(api, ...words.map(text), finish(), done)).text).toBe(words.join(''));
  });
});

describe('chat: compatible servers differ', () => {
  it.each<[string, Behaviour[]]>([
    ['the role in a chunk of its own', [event(chatChunk({ role: 'assistant', content: '' })), text('Hi.')]],
    ['content null at first', [event(chatChunk({ role: 'assistant', content: null })), text('Hi.')]],
    ['the role in every chunk', [event(chatChunk({ role: 'assistant', content: 'Hi.' }))]],
    [
      'Azure: no choices at first',
      [event({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }), text('Hi.')],
    ],
    ['choices missing', [event({ id: 'x', object: 'chat.completion.chunk' }), text('Hi.')]],
    ['choices null', [event({ choices: null, timings: { predicted_ms: 1 } }), text('Hi.')]],
    ['delta missing', [event({ choices: [{ index: 0, finish_reason: null }] }), text('Hi.')]],
    ['delta null', [event({ choices: [{ index: 0, delta: null }] }), text('Hi.')]],
    ['a finish reason of nothing in every chunk', [event(chatChunk({ content: 'Hi.' }, ''))]],
    ['no finish reason in any chunk', [event({ choices: [{ delta: { content: 'Hi.' } }] })]],
    ['`error: null` in every chunk', [event({ ...chatChunk({ content: 'Hi.' }), error: null })]],
    ['tool calls nobody asked for', [event(chatChunk({ tool_calls: [{ index: 0 }] })), text('Hi.')]],
    ['usage in every chunk', [event({ ...chatChunk({ content: 'Hi.' }), usage: null })]],
  ])('%s', async (_, steps) => {
    expect(await read('chat', ...steps, finish(), done)).toMatchObject({ text: 'Hi.', end: { end: 'stop' } });
  });

  it.each([
    ['eos', 'stop'],
    ['end_turn', 'stop'],
    ['tool_calls', 'stop'],
    ['max_tokens', 'length'],
  ])('finish reason %s ends the answer by %s', async (reason, end) => {
    expect((await read('chat', text('Hi.'), finish(reason), done)).end).toEqual({ type: 'end', end });
  });

  it('the finish reason in the same chunk as the text', async () => {
    const answer = await read('chat', event(chatChunk({ content: 'Hi.' }, 'stop')), done);
    expect(answer).toMatchObject({ text: 'Hi.', end: { end: 'stop' } });
  });

  it('a finish reason of nothing after the true one', async () => {
    const answer = await read('chat', text('Hi.'), finish('length'), event(chatChunk({}, '')), done);
    expect(answer.end.end).toBe('length');
  });

  it.each(['reasoning', 'reasoning_content'])('thoughts under `%s`', async (field) => {
    const answer = await read('chat', event(chatChunk({ [field]: 'plotting' })), text('Hi.'), finish(), done);
    expect(answer).toMatchObject({ text: 'Hi.', statuses: ['thinking'] });
  });
});

describe('usage', () => {
  it('of Chat Completions, in a chunk without choices', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 40,
      total_tokens: 140,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect((await read('chat', text('Hi.'), finish('stop', usage), done)).end).toEqual({
      type: 'end',
      end: 'stop',
      usage: { input: 100, cached: 64, output: 40, reasoning: 30 },
    });
  });

  it('of Responses, in the last event', async () => {
    const usage = {
      input_tokens: 100,
      output_tokens: 40,
      total_tokens: 140,
      input_tokens_details: { cached_tokens: 64 },
      output_tokens_details: { reasoning_tokens: 30 },
    };
    expect((await read('responses', text('Hi.'), finish('length', usage))).end).toEqual({
      type: 'end',
      end: 'length',
      usage: { input: 100, cached: 64, output: 40, reasoning: 30 },
    });
  });

  it.each([
    ['chat', { prompt_tokens: 7, completion_tokens: 2, prompt_tokens_details: null }],
    ['responses', { input_tokens: 7, output_tokens: 2 }],
  ] as const)('of %s without its details', async (api, usage) => {
    expect((await read(api, text('Hi.'), finish('stop', usage), done)).end.usage).toEqual({
      input: 7,
      cached: 0,
      output: 2,
      reasoning: 0,
    });
  });

  it.each(APIS)('of %s that does not come is not made up', async (api) => {
    expect((await read(api, text('Hi.'), finish(), done)).end).not.toHaveProperty('usage');
  });

  it('of an answer without text is told all the same: it was paid for', async () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2_000 };
    const { end } = await read('chat', finish('length', usage), done);
    expect(end).toMatchObject({ end: 'error', failure: { kind: 'spent' }, usage: { output: 2_000 } });
  });
});

/** The same step with every byte written by itself. */
function inSingleBytes(step: Behaviour): Behaviour {
  return async (exchange) => {
    const { response } = exchange;
    const whole: Buffer[] = [];
    const write = response.write.bind(response);
    response.write = ((bytes: string, then: () => void) => {
      whole.push(Buffer.from(bytes));
      then();
      return true;
    }) as typeof response.write;
    await step(exchange);
    response.write = write;
    for (const byte of Buffer.concat(whole)) {
      await new Promise<void>((resolve) => write(Buffer.of(byte), () => resolve()));
    }
  };
}
