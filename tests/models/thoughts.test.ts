/** A model's reasoning from any server reaches the thoughts, and never the answer. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answers,
  chatChunk,
  done,
  event,
  finish,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { APIS, ask, modelAt } from './ask.ts';

async function answerOf(...steps: Behaviour[]) {
  await using server = await startModelServer();
  server.respond(streams(...steps));
  return await ask(modelAt(server.url, 'chat'));
}

const delta = (fields: Record<string, unknown>) => event(chatChunk(fields));

describe('reasoning apart from the text', () => {
  it.each<[string, Behaviour[]]>([
    ['DeepSeek', [delta({ reasoning_content: 'plot' }), delta({ reasoning_content: 'ting' })]],
    ['Groq', [delta({ content: '', reasoning: 'plotting' })]],
    ['Ollama', [delta({ content: '', thinking: 'plotting' })]],
    [
      'OpenRouter, which says it twice',
      [delta({ reasoning: 'plotting', reasoning_details: [{ type: 'reasoning.text', text: 'plotting' }] })],
    ],
    [
      'OpenRouter, in details alone',
      [
        delta({ reasoning_details: [{ type: 'reasoning.summary', summary: 'plot' }] }),
        delta({
          reasoning_details: [
            { type: 'reasoning.text', text: 'ting' },
            { type: 'reasoning.encrypted', data: 'e' },
          ],
        }),
      ],
    ],
    [
      'llama.cpp, which has it in the text too',
      [
        delta({ reasoning_content: 'plot', content: '<think>plot' }),
        delta({ reasoning_content: 'ting', content: 'ting' }),
        delta({ content: '</think>\n\n' }),
      ],
    ],
    ['Mistral', [delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'plotting' }] }] })]],
  ])('of %s', async (_, steps) => {
    expect(await answerOf(...steps, text('Hi.'), finish(), done)).toMatchObject({
      text: 'Hi.',
      thought: 'plotting',
      end: { end: 'stop' },
    });
  });

  it('of Responses, its summaries apart', async () => {
    await using server = await startModelServer();
    const part = event({ type: 'response.reasoning_summary_part.added' });
    const summary = (words: string) => event({ type: 'response.reasoning_summary_text.delta', delta: words });
    const raw = event({ type: 'response.reasoning_text.delta', delta: '?' });
    server.respond(
      streams(part, summary('plot'), summary('ting'), part, summary('more'), raw, text('Hi.'), finish()),
    );
    expect(await ask(modelAt(server.url, 'responses'))).toMatchObject({
      text: 'Hi.',
      thought: 'plotting\n\nmore?',
    });
  });
});

describe.each(APIS)('%s: reasoning within the text', (api) => {
  it('that a template opened is taken back once, and held back from then on', async () => {
    await using server = await startModelServer();
    server.respond(answers('Let me see. ', 'Hm.\n', '</think>', '\n\nHello', '.'));
    const model = modelAt(server.url, api);
    const first = await ask(model);
    expect(first).toMatchObject({ text: 'Hello.', thought: 'Let me see. Hm.', end: { end: 'stop' } });
    expect(first.chunks.map(({ type }) => type)).toContain('retract');

    const second = await ask(modelAt(server.url, api));
    expect(second).toMatchObject({ text: 'Hello.', thought: 'Let me see. Hm.', statuses: ['thinking'] });
    expect(second.chunks.map(({ type }) => type)).not.toContain('retract');

    // Another model on the same server is not held back.
    const other = await ask(modelAt(server.url, api, { model: 'another' }));
    expect(other.chunks[0]).toEqual({ type: 'text', text: 'Let me see. ' });
  });

  it('of a model that answers without it again is held back once more, then no longer', async () => {
    await using server = await startModelServer();
    server.respond(answers('hm</think>Hello.'), answers('Plain ', 'words.'));
    const model = modelAt(server.url, api);
    await ask(model);
    expect((await ask(model)).text).toBe('Plain words.');
    const third = await ask(model);
    expect(third.chunks.filter(({ type }) => type === 'text')).toHaveLength(2);
  });

  it('that used up all tokens is said to have, and is kept as thoughts', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('<think>on and on'), finish('length'), done));
    expect(await ask(modelAt(server.url, api))).toMatchObject({
      text: '',
      thought: 'on and on',
      end: { end: 'error', failure: { kind: 'spent' } },
    });
  });

  it('that never ends was the answer, where the model came to its end', async () => {
    await using server = await startModelServer();
    server.respond(answers('<think>', 'It is 42.'));
    expect(await ask(modelAt(server.url, api))).toMatchObject({ text: 'It is 42.', end: { end: 'stop' } });
  });

  it('in the channels of gpt-oss, cut anywhere', async () => {
    await using server = await startModelServer();
    const said =
      '<|channel|>analysis<|message|>plotting<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>';
    server.respond(answers(...said.split('')));
    expect(await ask(modelAt(server.url, api))).toMatchObject({ text: 'Hello.', thought: 'plotting' });
  });
});
